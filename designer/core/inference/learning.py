"""Which modules of a network are frozen, and which learn at a rate of their own: by the names that they have in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from designer.core.graph.block import Block
from designer.core.graph.definition import GroupBlock
from designer.core.graph.network import AnyBlock, Network
from designer.core.inference.infer import Result
from designer.core.ir.expr import Module, Program, walk

_WEIGHTLESS = frozenset(
    f"nn.{name}"
    for name in (
        *("ReLU", "ReLU6", "LeakyReLU", "ELU", "SELU", "GELU", "SiLU", "Softplus", "Hardswish", "Hardsigmoid", "CELU"),
        *("Mish", "Softsign", "Hardtanh", "LogSigmoid", "Tanhshrink", "Softshrink", "Hardshrink", "Tanh", "Sigmoid"),
        *("Softmax", "LogSoftmax", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d"),
    )
) | {"Exponential"}
"""Modules that stand beside others in a block, and learn nothing."""


@dataclass(frozen=True)
class Learning:
    """How the modules of a network learn, where they do not do so as all do."""

    frozen: tuple[str, ...] = ()
    """Modules that are not learned, as `get_submodule` names them; of a group that is frozen the group alone."""
    rates: dict[str, float] = field(default_factory=dict)
    """By what the learning rate is multiplied, for modules and all that is inside of them."""
    holds_norms: bool = False
    """Whether anything that is frozen may have a running mean."""


def learning_of(network: Network, program: Program) -> Learning:
    """How the modules learn that a program of this network has."""
    found = list(_told(network, program, ""))
    frozen = {name: item for name, item, factor in found if factor is None}
    rates = {name: factor for name, _, factor in found if factor is not None}
    return Learning(tuple(frozen), rates, any(map(_may_hold_norms, frozen.values())))


def _told(network: Network, program: Program, prefix: str) -> Iterator[tuple[str, Module, float | None]]:
    """The modules that do not learn as all do, each with its factor; None for one that is frozen."""
    for name, item, block_id in _modules(program):
        block = network.nodes[block_id].block
        is_frozen, factor = block.learning if may_learn(block) else (False, 1.0)
        if is_frozen or factor != 1:
            yield prefix + name, item, None if is_frozen else factor
        if not is_frozen and isinstance(block, GroupBlock) and isinstance(item.target, Program):
            yield from _told(block.network, item.target, f"{prefix}{name}.")


def _modules(program: Program) -> Iterator[tuple[str, Module, str]]:
    """The modules that may learn, in their order: the name, and the first block whose it is."""
    owners: dict[str, str] = {}
    seen: set[int] = set()
    for statement in program.statements:
        for item in walk(statement.value, seen):
            if isinstance(item, Module):
                owners.setdefault(program.names[item], statement.block)
    for name, item in program.modules.items():
        if name in owners and (isinstance(item.target, Program) or not _is_weightless(item.target.target)):
            yield name, item, owners[name]


def _may_hold_norms(item: Module) -> bool:
    """A module of somebody's own may have a running mean, too."""
    if isinstance(item.target, Program):
        return any(map(_may_hold_norms, item.target.modules.values()))
    return bool(item.target.home) or "BatchNorm" in item.target.target or "InstanceNorm" in item.target.target


def _is_weightless(target: str) -> bool:
    return target in _WEIGHTLESS or (target.startswith("nn.") and "Pad" in target)


def learns(result: Result) -> bool:
    """Whether training changes anything of a block, or may: what has no shapes yet is judged by its kind."""
    block = result.node.block
    return may_learn(block) if result.shapes is None else result.parameters > 0


def may_learn(block: AnyBlock) -> bool:
    """Whether blocks of its kind have parameters, as they stand in some place."""
    return isinstance(block, Block) and type(block).parameter_count is not Block.parameter_count
