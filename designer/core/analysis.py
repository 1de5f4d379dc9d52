"""The analyzer: what each block of a network costs, also inside its groups, and what the whole takes to train."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from designer.core.definition import Defined
from designer.core.groups import Path
from designer.core.inference import Inference, Result
from designer.core.network import AnyBlock
from designer.core.settings import TrainingSettings
from designer.core.shape import FLOAT_BYTES, Shape

_OPTIMIZER_COPIES = {"adam": 2, "adamw": 2, "sgd": 1, "rmsprop": 2}


@dataclass(frozen=True)
class Part:
    """A block in one of the times that the groups around it are applied."""

    result: Result
    times: int = 1
    own_weights: bool = True
    """Whether its weights are counted here, and not with an earlier part or block that is the same module."""


@dataclass(frozen=True)
class Row:
    """A block, by the way to it: ("group1", "conv1") is in a group. Costs are those of all its parts."""

    path: Path
    parts: tuple[Part, ...]
    shared_with: str = ""
    """The block before whose weights it uses, and where they are counted; empty for none."""

    @property
    def block(self) -> AnyBlock:
        """The block itself."""
        return self.parts[0].result.node.block

    @cached_property
    def shape(self) -> Shape | None:
        """What its first port gives, the first time; None where it is not known."""
        return self.parts[0].result.shape

    @cached_property
    def is_group(self) -> bool:
        """Whether there are blocks inside."""
        return isinstance(self.block, Defined)

    @cached_property
    def parameters(self) -> int:
        """Trainable numbers; 0 where another block's are used."""
        return sum(part.result.parameters for part in self.parts if part.own_weights)

    @cached_property
    def multiply_adds(self) -> int:
        """Multiply-adds for one sample (for one step, where the length varies)."""
        return sum(part.times * part.result.multiply_adds for part in self.parts)

    @cached_property
    def bytes_held(self) -> int:
        """Bytes that one sample leaves in memory (one step, where the length varies)."""
        return sum(part.times * part.result.bytes_held for part in self.parts)

    @cached_property
    def inside(self) -> tuple[Row, ...]:
        """The blocks inside a group, as far as its shapes are known."""
        if not self.is_group or self.shape is None:
            return ()
        found: dict[str, list[Part]] = {}
        shared: dict[str, str] = {}
        for part in self.parts:
            _add_parts(part, found, shared)
        return tuple(Row((*self.path, name), tuple(parts), shared.get(name, "")) for name, parts in found.items())


def _add_parts(part: Part, found: dict[str, list[Part]], shared: dict[str, str]) -> None:
    """Adds what is inside one part of a group, once for each time that it is applied."""
    result = part.result
    assert isinstance(result.node.block, Defined)
    for step in result.node.block.passes(*(result.inputs or ())):
        sharing = _sharing(step.inference)
        shared |= sharing
        for name, inner in step.inference.results.items():
            own = part.own_weights and step.own_weights and name not in sharing
            found.setdefault(name, []).append(Part(inner, part.times * step.times, own))


def _sharing(inference: Inference) -> dict[str, str]:
    """For each block that is one module with an earlier one, that one."""
    first: dict[str, str] = {}
    found = {}
    for name, result in inference.results.items():
        shared = result.node.block.shared_as
        if shared and first.setdefault(shared, name) != name:
            found[name] = first[shared]
    return found


@dataclass(frozen=True)
class Analysis:
    """A row for each block of a network, in its order."""

    rows: tuple[Row, ...] = ()

    @cached_property
    def parameters(self) -> int:
        """Trainable numbers in all; blocks that are one module count once."""
        return sum(row.parameters for row in self.rows)

    @cached_property
    def multiply_adds(self) -> int:
        """Multiply-adds for one sample."""
        return sum(row.multiply_adds for row in self.rows)

    @cached_property
    def bytes_held(self) -> int:
        """Bytes that one sample leaves in memory."""
        return sum(row.bytes_held for row in self.rows)

    def rows_at(self, path: Path) -> tuple[Row, ...]:
        """The rows inside a group, or those of the network for an empty path; none where there is no such group."""
        rows = self.rows
        for name in path:
            rows = next((row.inside for row in rows if row.path[-1] == name), ())
        return rows

    @cached_property
    def varies(self) -> bool:
        """Whether some values have a length that varies, so that their costs are those of one step."""
        return any(row.shape is not None and row.shape.varies for row in self.rows)


def analyse(inference: Inference, before: Analysis | None = None) -> Analysis:
    """What each block costs; rows of blocks that are as they were are taken from `before`."""
    known = {row.path[0]: row for row in before.rows} if before else {}
    sharing = _sharing(inference)
    rows = []
    for name, result in inference.results.items():
        row, shared_with = known.get(name), sharing.get(name, "")
        if row is None or row.parts[0].result is not result or row.shared_with != shared_with:
            row = Row((name,), (Part(result, own_weights=not shared_with),), shared_with)
        rows.append(row)
    return Analysis(tuple(rows))


@dataclass(frozen=True)
class Memory:
    """A rough account of what training takes, in bytes.

    Weights, their gradients and the optimizer's copies of them: Adam keeps two moments for each (Kingma and Ba 2015),
    momentum one number. Activations are kept until their gradients, which are as large, are known.
    """

    weights: int
    gradients: int
    optimizer: int
    activations: int
    activation_gradients: int

    @property
    def total(self) -> int:
        """All of it."""
        return sum((self.weights, self.gradients, self.optimizer, self.activations, self.activation_gradients))


def training_memory(parameters: int, bytes_held: int, settings: TrainingSettings) -> Memory:
    """What it takes to train so many parameters in float32, where a sample leaves so many bytes in memory."""
    weights, activations = FLOAT_BYTES * parameters, settings.batch_size * bytes_held
    optimizer = _OPTIMIZER_COPIES[settings.optimizer] * weights
    return Memory(weights, weights, optimizer, activations, activations)


def share(part: float, whole: float) -> float:
    """The part's share of the whole; 0 of nothing."""
    return part / whole if whole else 0.0
