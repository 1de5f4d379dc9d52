"""The analyzer: what each block of a network costs, also inside its groups, and what the whole takes to train."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import astuple, dataclass
from functools import cached_property

from designer.core.analysis.retention import Holding, ledger_of
from designer.core.graph.definition import GroupBlock
from designer.core.graph.group_paths import GroupPath
from designer.core.graph.network import AnyBlock
from designer.core.graph.training_settings import TrainingSettings
from designer.core.inference.infer import Inference, Result, at_longest
from designer.core.schema.shape import FLOAT_BYTES, Shape

_OPTIMIZER_COPIES = dict.fromkeys(("adam", "adamw", "nadam", "radam", "rmsprop", "muon"), 2) | dict.fromkeys(
    ("sgd", "adagrad", "adafactor"), 1
)
"""At most: of matrices Muon keeps one number for each, and Adafactor one for each row and column."""
_SHARE_IN_16_BITS = 0.7
"""What is kept of a sample where products are computed in bfloat16: 0.5 to 0.7 in the examples that come with it."""


@dataclass(frozen=True)
class AppliedPart:
    """A block with shapes of one sort, and how often the groups around it apply it so.

    However often that is, it is computed once: costs are multiplied.
    """

    result: Result
    times: int = 1
    weights: int = 1
    """How many sets of weights these times have; none where they are counted with an earlier part or block."""


@dataclass(frozen=True)
class KeptPart:
    """What is kept of a block as one sort of surroundings needs it, and how often the groups around apply it so."""

    holding: Holding
    times: int = 1


@dataclass(frozen=True)
class CostRow:
    """A block, by the way to it: ("group1", "conv1") is in a group. Costs are those of all its parts."""

    path: GroupPath
    parts: tuple[AppliedPart, ...]
    shared_with: str = ""
    """The block before whose weights it uses, and where they are counted; empty for none."""
    kept: tuple[KeptPart, ...] = ()
    """What its memory is counted of: the same with the longest sequences of the data. None where it is not computed."""
    is_held: bool = False
    """Whether a group around it is frozen."""

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
        return isinstance(self.block, GroupBlock)

    @cached_property
    def parameters(self) -> int:
        """Numbers that training changes unless they are frozen; 0 where another block's are used."""
        return sum(part.weights * part.result.parameters for part in self.parts)

    @cached_property
    def trained(self) -> int:
        """Those of them that are not frozen."""
        return 0 if self.is_held else sum(part.weights * part.result.trained for part in self.parts)

    @cached_property
    def multiply_adds(self) -> int:
        """Multiply-adds for one sample (for one step, where the length varies)."""
        return sum(part.times * part.result.multiply_adds for part in self.parts)

    @cached_property
    def bytes_held(self) -> int:
        """Bytes that training keeps of one sample (of one step, where nobody knows how long they are)."""
        return sum(kept.times * kept.holding.bytes for kept in self.kept)

    @property
    def like(self) -> Hashable:
        """Rows that are alike in this cost the same, and so do the blocks inside them."""
        parts = ((id(part.result), part.times, part.weights) for part in self.parts)
        held = ((kept.times, kept.holding.bytes, kept.holding.gradients, kept.holding.wanted) for kept in self.kept)
        return (*parts, *held, self.is_held)

    @cached_property
    def inside(self) -> tuple[CostRow, ...]:
        """The blocks inside a group, as far as its shapes are known."""
        if not self.is_group or self.shape is None:
            return ()
        shared: dict[str, str] = {}
        parts, kept = _parts_inside(self.parts, shared), _kept_inside(self.kept)
        is_held = self.is_held or self.block.frozen
        return tuple(
            CostRow((*self.path, name), parts[name], shared.get(name, ""), kept.get(name, ()), is_held)
            for name in parts
        )


def _parts_inside(parts: Iterable[AppliedPart], shared: dict[str, str]) -> dict[str, tuple[AppliedPart, ...]]:
    """What is inside the parts of a group, by name; the same results in several of them are one part."""
    found: dict[str, dict[int, AppliedPart]] = {}
    for part in parts:
        result = part.result
        assert isinstance(result.node.block, GroupBlock)
        for step in result.node.block.passes(*(result.inputs or ())):
            sharing = _sharing(step.inference)
            shared |= sharing
            for name, inner in step.inference.results.items():
                known = found.setdefault(name, {})
                before = known.get(id(inner), AppliedPart(inner, 0, 0))
                weights = 0 if name in sharing else part.weights * step.weights
                times = part.times * step.times
                known[id(inner)] = AppliedPart(inner, before.times + times, before.weights + weights)
    return {name: tuple(known.values()) for name, known in found.items()}


def _kept_inside(parts: Iterable[KeptPart]) -> dict[str, tuple[KeptPart, ...]]:
    """What is kept inside a group, by name; what is the same in several of its parts is one."""
    found: dict[str, dict[int, KeptPart]] = {}
    for part in parts:
        for step, holdings in part.holding.inside():
            for name, holding in holdings.items():
                known = found.setdefault(name, {})
                before = known[id(holding)].times if id(holding) in known else 0
                known[id(holding)] = KeptPart(holding, before + part.times * step.times)
    return {name: tuple(known.values()) for name, known in found.items()}


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

    rows: tuple[CostRow, ...] = ()
    bytes_passing: int = 0
    """Bytes of one sample that nothing keeps, and that are there until the forward pass ends."""

    @cached_property
    def parameters(self) -> int:
        """Numbers that training changes unless they are frozen, in all; blocks that are one module count once."""
        return sum(row.parameters for row in self.rows)

    @cached_property
    def trained(self) -> int:
        """Those of them that are not frozen."""
        return sum(row.trained for row in self.rows)

    @cached_property
    def multiply_adds(self) -> int:
        """Multiply-adds for one sample."""
        return sum(row.multiply_adds for row in self.rows)

    @cached_property
    def bytes_held(self) -> int:
        """Bytes that training keeps of one sample."""
        return sum(row.bytes_held for row in self.rows)

    def training_memory(self, settings: TrainingSettings) -> Memory:
        """What it takes to train with these settings."""
        return training_memory(self.parameters, self.bytes_held, settings, self.bytes_passing, self.trained)

    def rows_at(self, path: GroupPath) -> tuple[CostRow, ...]:
        """The rows inside a group, or those of the network for an empty path; none where there is no such group."""
        rows = self.rows
        for name in path:
            rows = next((row.inside for row in rows if row.path[-1] == name), ())
        return rows

    @cached_property
    def varies(self) -> bool:
        """Whether some values have a length that varies, so that their multiply-adds are those of one step."""
        return any(row.shape is not None and row.shape.varies for row in self.rows)

    @cached_property
    def is_per_step(self) -> bool:
        """Whether some of these lengths nobody knows, so that memory is counted for one step of them."""
        shapes = [kept.holding.result.shape for row in self.rows for kept in row.kept]
        return any(shape is not None and shape.varies for shape in shapes)


def analyse(inference: Inference, before: Analysis | None = None, longest: Mapping[str, int] | None = None) -> Analysis:
    """What each block costs; rows of blocks that are as they were are taken from `before`.

    `longest`: the most steps that the data have for each Input whose length varies (`binding.longest_of`).
    """
    known = {row.path[0]: row for row in before.rows} if before else {}
    sharing = _sharing(inference)
    ledger = ledger_of(at_longest(inference, longest))
    holdings = ledger.holdings()
    rows = []
    for name, result in inference.results.items():
        shared_with, holding = sharing.get(name, ""), holdings.get(name)
        row = known.get(name)
        if row is None or not _is_of(row, result, holding, shared_with):
            part = AppliedPart(result, weights=0 if shared_with else 1)
            row = CostRow((name,), (part,), shared_with, () if holding is None else (KeptPart(holding),))
        rows.append(row)
    return Analysis(tuple(rows), ledger.passing)


def _is_of(row: CostRow, result: Result, holding: Holding | None, shared_with: str) -> bool:
    """Whether a row says what there is to say of these results."""
    kept = row.kept[0].holding if row.kept else None
    return row.parts[0].result is result and kept == holding and row.shared_with == shared_with


@dataclass(frozen=True)
class Memory:
    """A rough account of what training takes, in bytes.

    Weights, their gradients and the optimizer's copies of them: Adam keeps two moments for each (Kingma and Ba 2015),
    momentum one number. Activations are kept until their gradients, which are as large, are known. Values that no
    gradient needs pass: they are there until the forward pass ends.
    """

    weights: int
    gradients: int
    optimizer: int
    activations: int
    activation_gradients: int
    passing_values: int = 0

    @property
    def total(self) -> int:
        """All of it."""
        return sum(astuple(self))


def training_memory(
    parameters: int, bytes_held: int, settings: TrainingSettings, bytes_passing: int = 0, trained: int | None = None
) -> Memory:
    """What it takes to train so many parameters in float32, where a sample leaves so many bytes in memory.

    `bytes_passing`: those of a sample that are there during the forward pass alone. `trained`: the parameters that are
    not frozen, all of them where it is not said. In numbers of 16 bits, values are half as large where products give
    them, and each weight has a copy in these.
    """
    weights, activations = FLOAT_BYTES * parameters, settings.batch_size * bytes_held
    if settings.precision != "float32":
        activations = round(_SHARE_IN_16_BITS * activations) + weights // 2
    learned = weights if trained is None else FLOAT_BYTES * trained
    mean = 1 if settings.ema_decay else 0  # of the weights, which is a copy of them, too
    optimizer = _OPTIMIZER_COPIES[settings.optimizer] * learned + mean * weights
    passing = settings.batch_size * bytes_passing
    return Memory(weights, learned, optimizer, activations, activations, passing)


def share(part: float, whole: float) -> float:
    """The part's share of the whole; 0 of nothing."""
    return part / whole if whole else 0.0
