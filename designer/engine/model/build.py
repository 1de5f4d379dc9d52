"""Network -> nn.Module."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from designer.core.graph.group_paths import GroupPath, name_of
from designer.core.graph.network import Network
from designer.core.inference.compile import compiled
from designer.core.inference.infer import Inference
from designer.core.inference.learning import learning_of
from designer.core.ir import torch_extras
from designer.core.ir.expr import Call, Expr, Module, Name, Op, Program, Ref, Statement, walk
from designer.engine.model.plan import Plan, called
from designer.recipe.freezing import freeze, hold_norms


class PortValues(Protocol):
    """The values of one forward pass, as far as they are known."""

    ports: dict[tuple[str, str], Any]
    """What the output ports gave, by block and port: [N, ...]; a recurrent state is one or two [layers, N, F]."""

    def of(self, value: Any) -> Any:
        """A value as torch has it: a tensor [N, ...], a module, or a literal."""


Runner = Callable[[Iterable[Statement], PortValues], None]
"""Computes statements, and puts what they give among the values."""


class ProgramModule(nn.Module):
    """A program as a torch module. Layers are attributes named after their blocks: `conv1`, `conv1_relu`."""

    runner: Runner | None = None
    """Computes statements in its own way, to learn how long each takes or what each gives."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.program, self._plan = program, Plan(program)
        for name, item in program.modules.items():
            self.add_module(name, make(item.target))

    def forward(self, *arguments: Tensor) -> Any:
        """The results for a batch [N, ...], in the order of the program: one tensor, or a tuple of several."""
        if self.runner is None:
            results = self._plan(self._modules, arguments)
        else:
            values = self._run(self.program.needed, arguments)
            results = tuple(values.of(value) for value in self.program.results.values())
        return results[0] if len(results) == 1 else results

    def trace(self, *arguments: Any) -> dict[tuple[str, str], Any]:
        """What every output port gives [N, ...], by block and port; for the Outputs what `forward` gives."""
        return self.trace_with_lengths(*arguments)[0]

    def trace_with_lengths(
        self, *arguments: Any, inside: GroupPath = ()
    ) -> tuple[dict[tuple[str, str], Any], dict[tuple[str, str], Tensor]]:
        """The same, and the lengths, int64 [N] on the CPU, of those values whose length varies.

        `inside` leads to an open group: its blocks are there as well, called `group1/conv1`. Of a group that is applied
        several times this is the first time. Raises KeyError where there is no such group.
        """
        values = self._run(self.program.statements, arguments)
        shown = dict(values.ports)
        for name, value in self.program.results.items():
            shown[name, "out"] = values.of(value)
        lengths = {item.key: values.of(item.lengths) for item in self.program.statements if item.lengths is not None}
        if inside:
            module, given = self._entering(inside[0], values)
            found = module.trace_with_lengths(*given, inside=inside[1:])
            for whole, within in zip((shown, lengths), found, strict=True):
                whole |= {(name_of((inside[0], name)), port): value for (name, port), value in within.items()}
        return shown, lengths

    def owner(self, inside: GroupPath) -> ProgramModule:
        """The module of the group that a path leads to, itself for none. Raises KeyError where there is no such one."""
        if not inside:
            return self
        for item in self.expressions(inside[0]):
            if isinstance(item, Module) and isinstance(item.target, Program):
                module = self.get_submodule(self.program.names[item])
                assert isinstance(module, ProgramModule)
                return module.owner(inside[1:])
        raise KeyError(inside[0])

    def expressions(self, block: str) -> Iterator[Expr]:
        """All expressions of a block, each once, those that others need first."""
        seen: set[int] = set()
        for statement in self.program.statements:
            if statement.block == block:
                yield from walk(statement.value, seen)

    def _entering(self, block: str, values: _Values) -> tuple[ProgramModule, tuple[Any, ...]]:
        """The module of a group, and what enters it."""
        for item in self.expressions(block):
            if not (isinstance(item, Op) and item.args and isinstance(item.args[0], Module)):
                continue
            module, *given = (values.of(value) for value in item.args)
            if isinstance(module, ProgramModule):
                # A function, as `at_every_step`, applies the module to the steps of all samples.
                return module, (given[0].flatten(0, 1),) if item.form == "function" else tuple(given)
        raise KeyError(block)

    def _run(self, statements: Iterable[Statement], arguments: tuple[Tensor, ...]) -> _Values:
        values = _Values(self, dict(zip(self.program.arguments, arguments, strict=True)))
        if self.runner is not None:
            self.runner(statements, values)
            return values
        for statement in statements:
            values.ports[statement.key] = values.of(statement.value)
        return values


class Model(ProgramModule):
    """The model of a whole network.

    `forward` takes, for each Input, its values [N, ...] and, where its length varies, int64 lengths [N]. It gives what
    reaches the Outputs: logits [N, classes] or predictions [N, targets]. Where a softmax comes last before a
    cross-entropy, the logits before it are given, so that the loss does not apply it twice.
    """

    def __init__(self, network: Network, inference: Inference | None = None) -> None:
        super().__init__(compiled(network, inference))
        self.outputs = tuple(self.program.results)
        self.learning = learning_of(network, self.program)
        freeze(self, self.learning.frozen)

    def train(self, mode: bool = True) -> Model:
        """As of any module, but that norms that are frozen stay as they evaluate."""
        super().train(mode)
        if mode:
            hold_norms(self, self.learning.frozen)
        return self


@contextmanager
def run_by(model: Model, runner: Runner) -> Iterator[None]:
    """As long as this lasts, a model and its groups have their statements computed by `runner`."""
    programs = [item for item in model.modules() if isinstance(item, ProgramModule)]
    for item in programs:
        item.runner = runner
    try:
        yield
    finally:
        for item in programs:
            item.runner = None


class _Values:
    """The values of one forward pass, as far as they are known."""

    def __init__(self, owner: ProgramModule, arguments: dict[str, Any]) -> None:
        self._owner = owner
        self._arguments = arguments
        self.ports: dict[tuple[str, str], Any] = {}
        self._done: dict[int, Any] = {}

    def of(self, value: Any) -> Any:
        """A value as torch has it; literals stand for themselves."""
        if isinstance(value, Ref):
            return self.ports[value.block, value.port]
        if isinstance(value, Op):
            key = id(value)
            if key not in self._done:
                self._done[key] = self._apply(value)
            return self._done[key]
        if isinstance(value, Name):
            return self._arguments[value.name]
        if isinstance(value, Module):
            return self._owner._modules[self._owner.program.names[value]]
        if isinstance(value, tuple | list):
            return type(value)(self.of(item) for item in value)
        return value

    def _apply(self, op: Op) -> Any:
        args = [self.of(item) for item in op.args]
        kwargs = {name: self.of(item) for name, item in op.kwargs.items()}
        return called(op)(*args, **kwargs)


def make(target: Call | Program) -> nn.Module:
    """The module that a call names: of torch.nn, or a part. ValueError for anything else."""
    if isinstance(target, Program):
        return ProgramModule(target)
    namespace, _, name = target.target.rpartition(".")
    home = target.home or torch_extras.homes().get(name, "")
    found = getattr(nn if namespace == "nn" else importlib.import_module(home) if home else None, name, None)
    if not (isinstance(found, type) and issubclass(found, nn.Module)):
        raise ValueError(f"{target.target} is not a module of torch.nn")
    return found(*target.args, **target.kwargs)


def build(network: Network, inference: Inference | None = None, seed: int | None = None) -> Model:
    """A new model of a valid network; with a seed, the same one each time."""
    if seed is not None:
        seed_torch(seed)
    return Model(network, inference)


def seed_torch(seed: int) -> None:
    """Random numbers from here on are the same each time, on every device.

    Where there is the CPU alone, `torch.manual_seed` would keep three traces of the stack, for the day on which another
    device is there: they take longer than to make a small model, and are never let go of.
    """
    if torch.accelerator.is_available():
        torch.manual_seed(seed)
    else:
        torch.default_generator.manual_seed(seed)
