"""Retention: what training keeps of a sample until its gradients are known, each value once however many save it.

Kinds declare what they save (`saved.py`). A value is counted with the block that gives it, if that block or one behind
it saves it; a view is the value that it shows. Where nothing learns yet, as right behind an Input and in blocks behind
it that are frozen, nothing is saved for gradients; frozen blocks that gradients flow through count as others.
What enters a group belongs to a block around it, so that a group is counted once for each sort of inputs, however often
it is used or repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from designer.core.graph.block import UnknownBlock
from designer.core.graph.definition import GroupBlock, Pass
from designer.core.inference.infer import Inference, Result

Entering = tuple[tuple[str, bool], ...]
"""For each Group Input, by its name, whether gradients flow back through it."""
Wanted = frozenset[int]
"""Output ports, counted from 0, whose values somebody keeps."""


@dataclass(eq=False)
class HeldMemory:
    """The memory behind one or more ports."""

    bytes: int
    gradient: bool
    """Whether gradients flow back through it."""
    source: int | None = None
    """The input, of a block or a group, whose value it is; None for memory that the block or the group has claimed."""
    kept: bool = False


@dataclass(frozen=True)
class Footprint:
    """What one use of a block keeps, seen from around it."""

    inside: int
    """Bytes of one sample beside what it takes and gives."""
    takes: frozenset[int]
    """The inputs that it keeps."""
    gives: tuple[HeldMemory, ...]
    """The memory behind each output port; ports that show the same memory have the same one."""
    passing: int = 0
    """Bytes of one sample inside that nobody keeps, and that are there until its forward pass ends."""


@dataclass(frozen=True)
class Holding:
    """What is kept of a block where it stands, in bytes of one sample."""

    result: Result
    gradients: tuple[bool, ...]
    """For each connected input, whether gradients flow back to it."""
    wanted: Wanted
    bytes: int
    frozen: bool = False
    """Whether a group around it is."""

    def inside(self) -> Iterator[tuple[Pass[Inference], Mapping[str, Holding]]]:
        """Of a group: for each time that it is applied, what is kept of the blocks inside."""
        block = self.result.node.block
        assert isinstance(block, GroupBlock)
        chain = _Chain(self.result, self.gradients, self.frozen)
        for place in self.wanted:
            chain.values[place].kept = True
        for step, ledger, given in chain.steps:
            wanted = frozenset(place for place, value in enumerate(given) if value.kept)
            yield step, ledger.holdings(block.output_ports, wanted)


@dataclass(eq=False)
class Ledger:
    """The values of a network, and which of them its blocks keep."""

    frozen: bool = False
    """Whether a group around it is."""
    uses: dict[str, tuple[Result, tuple[bool, ...], Footprint]] = field(default_factory=dict)
    given: dict[str, tuple[HeldMemory, ...]] = field(default_factory=dict)
    """The memory behind the output ports of each block."""
    own: dict[str, list[HeldMemory]] = field(default_factory=dict)
    """That which each block has claimed."""
    entering: list[HeldMemory] = field(default_factory=list)
    known: dict[Wanted, Mapping[str, Holding]] = field(default_factory=dict)
    """What `holdings` has found."""

    def leaving(self, ports: Iterable[str]) -> tuple[HeldMemory, ...]:
        """The memory behind the Group Outputs of these names."""
        return tuple(self.given[port][0] for port in ports)

    def holdings(self, ports: tuple[str, ...] = (), wanted: Wanted = frozenset()) -> Mapping[str, Holding]:
        """What is kept of each block, where of the values that leave by these ports some are wanted around."""
        if wanted not in self.known:
            leaving = self.leaving(ports)
            outside = {id(leaving[place]) for place in wanted}
            self.known[wanted] = {name: self._holding(name, outside) for name in self.uses}
        return self.known[wanted]

    def _holding(self, name: str, outside: set[int]) -> Holding:
        result, gradients, footprint = self.uses[name]
        kept = {id(value) for value in self.given[name] if value.kept or id(value) in outside}
        ports = frozenset(place for place, value in enumerate(self.given[name]) if id(value) in kept)
        claimed = sum(value.bytes for value in self.own[name] if id(value) in kept)
        return Holding(result, gradients, ports, footprint.inside + claimed, self.frozen)

    @property
    def passing(self) -> int:
        """Bytes of one sample that nobody keeps, and that are there until the forward pass ends."""
        inside = max((footprint.passing for _, _, footprint in self.uses.values()), default=0)
        return inside + sum(value.bytes for own in self.own.values() for value in own if not value.kept)

    def footprint(self, ports: tuple[str, ...]) -> Footprint:
        """The network as a block with these output ports in another one."""
        leaving = self.leaving(ports)
        known = {id(value) for value in leaving}
        claimed = [value for own in self.own.values() for value in own if id(value) not in known]
        inside = sum(footprint.inside for _, _, footprint in self.uses.values())
        inside += sum(value.bytes for value in claimed if value.kept)
        takes = frozenset(value.source for value in self.entering if value.kept and value.source is not None)
        return Footprint(inside, takes, leaving, self.passing)


def ledger_of(inference: Inference, entering: Entering = (), frozen: bool = False) -> Ledger:
    """The ledger of a network, or of the inside of a group, frozen or not, that such values enter; made once."""
    found = inference.remembered.get((entering, frozen))
    if not isinstance(found, Ledger):
        found = inference.remembered[entering, frozen] = _walk(inference, entering, frozen)
    return found


def _walk(inference: Inference, entering: Entering, frozen: bool) -> Ledger:
    ledger = Ledger(frozen)
    ports: dict[str, HeldMemory] = {}
    places = {name: (place, gradient) for place, (name, gradient) in enumerate(entering)}
    used = _used(inference)
    for name, result in inference.results.items():
        block = result.node.block
        if name not in used or not result.shapes or result.inputs is None or isinstance(block, UnknownBlock):
            continue
        if name in places:
            place, gradient = places[name]
            ports[name] = HeldMemory(result.shapes[0].bytes, gradient, place)
            ledger.entering.append(ports[name])
            continue
        taken = [ports[ref] for ref in result.node.inputs if ref is not None]
        gradients = tuple(value.gradient for value in taken)
        footprint = footprint_of(result, gradients, frozen)
        for place in footprint.takes:
            taken[place].kept = True
        given, own = _placed(footprint.gives, taken)
        ledger.uses[name], ledger.given[name], ledger.own[name] = (result, gradients, footprint), given, own
        ports |= zip((f"{name}.{port}" for port in block.output_ports), given, strict=False)
        ports[name] = given[0]
    return ledger


def _placed(
    gives: tuple[HeldMemory, ...], taken: list[HeldMemory], times: int = 1
) -> tuple[tuple[HeldMemory, ...], list[HeldMemory]]:
    """The memory behind the ports of a block that takes such values; and that of it which the block claims.

    `times`: how often the block is applied to parts of them.
    """
    made = {
        id(value): HeldMemory(times * value.bytes, value.gradient, None, value.kept)
        for value in gives
        if value.source is None
    }
    given = tuple(made[id(value)] if value.source is None else taken[value.source] for value in gives)
    return given, list(made.values())


def _used(inference: Inference) -> set[str]:
    """The blocks that are computed: those that lead to an end, as long as there is one."""
    nodes = inference.network.nodes
    ends = [name for name in inference.results if not nodes[name].block.output_ports]
    if not ends:
        return set(inference.results)
    found = set(ends)
    for name in reversed(list(inference.results)):
        if name in found:
            found.update(nodes[name].sources)
    return found


def footprint_of(result: Result, gradients: tuple[bool, ...], frozen: bool = False) -> Footprint:
    """What a block keeps that has shapes, where gradients flow back to these of its inputs.

    `frozen`: a group around it is.
    """
    if isinstance(result.node.block, GroupBlock):
        return _Chain(result, gradients, frozen).footprint()
    saved = result.saved if any(gradients) else result.saved.first or result.saved
    learns = any(gradients) or (result.trained > 0 and not frozen)
    gives = tuple(
        HeldMemory(shape.bytes, learns, 0 if saved.view else None, learns and place in saved.outputs)
        for place, shape in enumerate(result.shapes or ())
    )
    return Footprint(saved.inside if learns else 0, frozenset(saved.inputs if learns else ()), gives)


class _Chain:
    """A group, applied as often as it is: what one time gives, the next one takes."""

    def __init__(self, result: Result, gradients: tuple[bool, ...], frozen: bool) -> None:
        block, inputs = result.node.block, result.inputs or ()
        assert isinstance(block, GroupBlock)
        self.steps: list[tuple[Pass[Inference], Ledger, list[HeldMemory]]] = []
        self.entering = [
            HeldMemory(shape.bytes, gradient, place if result.saved.view else None)
            for place, (shape, gradient) in enumerate(zip(inputs, gradients, strict=True))
        ]
        self._frozen = frozen or block.frozen
        learns = any(gradients) or (result.trained > 0 and not self._frozen)
        self._block, self._beside, self._passing = block, result.saved.inside if learns else 0, 0
        self._own = [] if result.saved.view else list(self.entering)
        self.values = self.entering
        for step in block.in_order(*inputs):
            self._apply(step, step.inference.padded if result.is_padded else step.inference.lengthened)
        if not result.saved.view:
            learned = any(value.gradient for value in self.values)
            self.values = [HeldMemory(shape.bytes, learned) for shape in result.shapes or ()]
            self._own += self.values

    def _apply(self, step: Pass[Inference], inside: Inference) -> None:
        """Adds what one time keeps, and what it gives."""
        gradients = (value.gradient for value in self.values)
        ledger = ledger_of(inside, tuple(zip(self._block.input_ports, gradients, strict=False)), self._frozen)
        found = ledger.footprint(self._block.output_ports)
        for place in found.takes:
            self.values[place].kept = True
        given, own = _placed(found.gives, self.values, step.times)
        self.values = list(given)
        self._own += own
        self._beside += step.times * found.inside
        self._passing = max(self._passing, step.times * found.passing)
        self.steps.append((step, ledger, self.values))

    def footprint(self) -> Footprint:
        """All times together, seen from around."""
        leaving = {id(value) for value in self.values}
        inner = [value for value in self._own if id(value) not in leaving]
        inside = self._beside + sum(value.bytes for value in inner if value.kept)
        passing = self._passing + sum(value.bytes for value in inner if not value.kept)
        takes = frozenset(value.source for value in self.entering if value.kept and value.source is not None)
        return Footprint(inside, takes, tuple(self.values), passing)
