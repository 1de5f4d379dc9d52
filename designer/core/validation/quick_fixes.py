"""What would mend a block that cannot take what it is given: found by trying, so that each fix truly mends.

A block's own rule says what it knows (its `RepairHint`s). The rest is tried for every kind: other outputs of the block
before, blocks in between that give other axes, its inputs the other way round, and in the end doing without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from pydantic import ValidationError

from designer.core.edits import network_edits
from designer.core.graph.block import Block, RepairHint, ShapeError, UnknownBlock, WrongInputError
from designer.core.graph.definition import InsideError
from designer.core.graph.design import Design
from designer.core.graph.messages import Cause, Fix, Later, Problem
from designer.core.graph.network import Network, Node, block_of, frozen_nodes, port_of, ref_to
from designer.core.graph.registry import find
from designer.core.graph.roles import GroupPort, SeveralInputs, WindowBlock
from designer.core.inference.infer import Inference, Result, free_ports, infer_after
from designer.core.inference.plugin_guard import output_shapes
from designer.core.schema.shape import Shape
from designer.core.validation.fixes import (
    connect_fix,
    fix_inside,
    insert_fix,
    keep_sizes_fix,
    new_source_fix,
    remove_fix,
    replace_fix,
    set_fix,
)
from designer.core.validation.shape_adapters import Way, after, to_other_axes, to_shape
from designer.core.validation.siblings import siblings

Results = Mapping[str, Result]
MOST = 4
"""Fixes that are offered for one problem: who has to read more of them is not helped."""
_WAYS = 2
"""Ways through new blocks that are offered for one input."""
_TRIED = 64
"""Blocks that are tried as the source of a free input."""


@dataclass(frozen=True)
class Surroundings:
    """The network around a block: all results, and what they would be for another network."""

    results: Results
    again: Callable[[Network], Results]

    @cached_property
    def network(self) -> Network:
        """The network that the results are of."""
        return Network(frozen_nodes({name: result.node for name, result in self.results.items()}))

    def mends(self, network: Network, block_id: str) -> bool:
        """Whether a block is well in another network, and nothing else is worse."""
        results = self.again(network)
        mended = results.get(block_id)
        if mended is None or mended.shapes is None:
            return False
        return all(name not in self.results or not self._worse(name, result) for name, result in results.items())

    def _worse(self, name: str, result: Result) -> bool:
        return result.problem is not None and self.results[name].shapes is not None


def with_fixes(problem: Problem, inference: Inference) -> Problem:
    """A problem of an inference with its ways out, which are looked for when somebody asks."""
    cause = problem.cause
    if cause is None:
        return problem
    return replace(problem, fixes=Later(lambda: _fixes(cause, inference)))


def mendable(inference: Inference) -> list[Problem]:
    """All problems of an inference, with their ways out."""
    return [with_fixes(problem, inference) for problem in inference.problems]


def _fixes(cause: Cause, inference: Inference) -> list[Fix]:
    node, block, error = cause.node, cause.node.block, cause.error
    if isinstance(block, UnknownBlock):
        return [remove_fix(node)] if len(node.sources) == 1 else []
    if isinstance(error, InsideError):
        assert isinstance(error.inference, Inference)
        inner = with_fixes(error.problem, error.inference)
        return [fix_inside(node.id, fix) for fix in inner.fixes]
    around = Surroundings(inference.results, lambda other: infer_after(inference, other).results)
    if error is not None:
        return Case(node, block, error, cause.inputs, around).fixes()
    return for_free_port(node, block, around) if free_ports(node) else [set_fix(node.id, "weights", "separate")]


@dataclass(frozen=True)
class Case:
    """A block that cannot take its inputs, and why."""

    node: Node
    block: Block
    error: ShapeError
    inputs: tuple[Shape, ...]
    """What its connected ports are given."""
    around: Surroundings

    def fixes(self) -> list[Fix]:
        """All ways out, the most usual first; what is only tried is offered where nothing better is known to help."""
        for ways in (self._known(), self._farther(), self._between()):
            found = list(islice(_once(ways), MOST))
            if found:
                return found
        return self._without()

    def _known(self) -> Iterator[Fix]:
        """The kind like it for other axes, what its own rule proposes, and other outputs of the blocks before."""
        wrong_axes = isinstance(self.error, WrongInputError)
        if wrong_axes:
            yield from (replace_fix(self.node.id, made) for made in siblings(self.block) if self._suits(made))
        for mend in self.error.mends:
            yield from self._of_mend(mend)
        if wrong_axes or len(self.inputs) > 1:
            yield from self._other_ports()

    def _farther(self) -> Iterator[Fix]:
        """Outputs farther up, and the inputs the other way round."""
        if isinstance(self.error, WrongInputError):
            yield from self._earlier_ports()
        yield from self._swapped()

    def _between(self) -> Iterator[Fix]:
        """Blocks that give other axes, for each input that may be the wrong one."""
        if isinstance(self.error, WrongInputError) or len(self.inputs) > 1:
            for place in self._blamed:
                for way in islice(ways_in(self.block, self.inputs, place), _WAYS):
                    yield insert_fix(self.node, way, self._ports[place])

    def _without(self) -> list[Fix]:
        """The last resort: a block that one value goes through can be left out."""
        return [remove_fix(self.node)] if len(self.node.sources) == 1 and self.block.output_ports else []

    def _suits(self, block: Block | None = None, inputs: Iterable[Shape] | None = None, further: bool = False) -> bool:
        """Whether the block, or another one in its place, takes these inputs; `further`: or is wrong elsewhere now."""
        return suits(block or self.block, tuple(inputs or self.inputs), self.error if further else None)

    @property
    def _ports(self) -> list[int]:
        """The connected input ports, in the order of `inputs`."""
        return [port for port, ref in enumerate(self.node.inputs) if ref]

    @property
    def _blamed(self) -> list[int]:
        """Which of the inputs may be the wrong ones."""
        if isinstance(self.error, WrongInputError):
            return [min(self.error.port, len(self.inputs) - 1)]
        return list(range(len(self.inputs)))[::-1]

    def _with(self, place: int, shape: Shape) -> tuple[Shape, ...]:
        return (*self.inputs[:place], shape, *self.inputs[place + 1 :])

    def _of_mend(self, mend: RepairHint) -> Iterator[Fix]:
        """What a block's own rule proposes, where it helps."""
        place = min(mend.port, len(self.inputs) - 1)
        if mend.action == "insert":
            kind = find(mend.kind)
            yield from self._inserted(place, [(kind(**mend.params),)] if kind else [])
        elif mend.action == "adapt":
            yield from islice(self._inserted(place, to_shape(self.inputs[place], mend.value)), 3)
        elif mend.action == "port":
            yield from self._port(place, mend.name, further=True)
        elif mend.action == "replace":
            made = _made(find(mend.kind), mend.params)
            if made and self._suits(made):
                yield replace_fix(self.node.id, made)
        elif mend.action == "keep_sizes":
            yield from self._keeping_sizes()
        elif mend.where == "here":
            yield from self._set_here(mend)
        else:
            yield from self._set_before(mend, place)

    def _inserted(self, place: int, ways: Iterable[Way]) -> Iterator[Fix]:
        for way in ways:
            shape = after(way, self.inputs[place])
            if shape is not None and self._suits(inputs=self._with(place, shape), further=True):
                yield insert_fix(self.node, way, self._ports[place])

    def _set_here(self, mend: RepairHint) -> Iterator[Fix]:
        made = _changed(self.block, mend)
        if made and self._suits(made, further=True):
            yield set_fix(self.node.id, mend.name, mend.value, mend.params)

    def _set_before(self, mend: RepairHint, place: int) -> Iterator[Fix]:
        """A parameter of the block that gives an input."""
        ref = self.node.inputs[self._ports[place]] or ""
        result = self.around.results[block_of(ref)]
        made = _changed(result.node.block, mend) if isinstance(result.node.block, Block) else None
        if made is None or result.inputs is None or not suits(made, result.inputs):
            return
        shape = made.output_shapes(*result.inputs)[made.output_ports.index(port_of(ref, made))]
        if self._suits(inputs=self._with(place, shape)):
            yield set_fix(result.node.id, mend.name, mend.value, mend.params)

    def _port(self, place: int, name: str, further: bool = False) -> Iterator[Fix]:
        """Another output of the block before, where it has that one and it helps."""
        port = self._ports[place]
        ref = self.node.inputs[port] or ""
        source = self.around.results[block_of(ref)]
        ports = source.node.block.output_ports
        if name not in ports or name == port_of(ref, source.node.block) or not source.shapes:
            return
        shape = source.shapes[ports.index(name)]
        if self._suits(inputs=self._with(place, shape), further=further):
            yield _take(source.node, name, self.node.id, port)

    def _other_ports(self) -> Iterator[Fix]:
        for place in self._blamed:
            source = self.around.results[block_of(self.node.inputs[self._ports[place]] or "")].node
            for name in source.block.output_ports:
                yield from self._port(place, name)

    def _earlier_ports(self) -> Iterator[Fix]:
        """Another output farther up, behind which only blocks stand that keep the shape: a Dropout behind an LSTM."""
        port = self._ports[self._blamed[0]]
        child, ref = self.node.id, self.node.inputs[port] or ""
        while True:
            result = self.around.results[block_of(ref)]
            if child != self.node.id:
                yield from self._taken_earlier(result.node, port_of(ref, result.node.block), child, port)
            if len(result.node.sources) != 1 or result.inputs != result.shapes:
                return
            child, port = result.node.id, next(place for place, item in enumerate(result.node.inputs) if item)
            ref = result.node.sources[0] if result.node.inputs[port] is None else result.node.inputs[port] or ""

    def _taken_earlier(self, source: Node, taken: str, child: str, port: int) -> Iterator[Fix]:
        for name in source.block.output_ports:
            if name != taken:
                network = network_edits.connect(self.around.network, ref_to(source.id, source.block, name), child, port)
                if self.around.mends(network, self.node.id):
                    yield _take(source, name, child, port)

    def _swapped(self) -> Iterator[Fix]:
        if len(self.node.inputs) == len(self.inputs) == 2 and self._suits(inputs=self.inputs[::-1]):
            one, other = self.node.inputs
            assert one
            assert other
            block_id = self.node.id

            def swap(network: Network) -> Network:
                return network_edits.connect(network_edits.connect(network, other, block_id, 0), one, block_id, 1)

            yield Fix(f"Swap the inputs of '{block_id}'", lambda design: design.edit(swap))

    def _keeping_sizes(self) -> Iterator[Fix]:
        """Windows on the ways to this block, as far as each input has a way of its own, that cut off the edges."""
        network = self.around.network
        ways = [network.upstream(source) for source in dict.fromkeys(self.node.sources)]
        shared = set.intersection(*ways) if len(ways) > 1 else set()
        own = set().union(*ways) - shared
        fix = keep_sizes_fix(name for name in network.nodes if name in own and cuts(self.around.results[name]))
        if fix and self.around.mends(fix.apply(Design(network)).network, self.node.id):
            yield fix


def cuts(result: Result) -> bool:
    """Whether a block has a window that cuts off the edges, where one with padding would keep the size."""
    block = result.node.block
    if not isinstance(block, WindowBlock) or block.padding_rule != "explicit" or result.inputs is None:
        return False
    kept = block.changed(padding_rule="same")
    return suits(kept, result.inputs) and kept.output_shapes(*result.inputs) != result.shapes


def suits(block: Block, inputs: tuple[Shape, ...], before: ShapeError | None = None) -> bool:
    """Whether a block takes these inputs. With the error that there was `before`: or is wrong elsewhere now."""
    try:
        output_shapes(block, inputs)
    except ShapeError as error:
        return before is not None and _place(error) not in (None, _place(before))
    return True


def _place(error: ShapeError) -> str | int | None:
    """The parameter or the input that is wrong, where the error names one."""
    return error.port if isinstance(error, WrongInputError) else error.field or None


def ways_in(block: Block, inputs: tuple[Shape, ...], place: int) -> Iterator[Way]:
    """New blocks in front of one of its inputs with which a block takes them all, the most usual ones first."""
    for way in to_other_axes(inputs[place]):
        shape = after(way, inputs[place])
        if shape is not None and suits(block, (*inputs[:place], shape, *inputs[place + 1 :])):
            yield way


def for_free_port(node: Node, block: Block, around: Surroundings) -> list[Fix]:
    """For an input that nothing is connected to: the nearest outputs that fit, those first that nothing takes."""
    port = next(place for place, name in _required(node, block) if node.inputs[place] is None)
    found = list(islice(_once(_sources(node, block, port, around)), 2))
    connected = len(node.sources)
    inside = any(isinstance(result.node.block, GroupPort) for result in around.results.values())
    entry = find("group_input")
    if inside and entry:
        found.append(new_source_fix(entry(), node, port))
    if isinstance(block, SeveralInputs) and connected >= 2:
        found.append(_fewer_fix(node))
    return found or ([remove_fix(node)] if connected == 1 else [])


def _required(node: Node, block: Block) -> list[tuple[int, str]]:
    return [(place, name) for place, name in enumerate(block.input_ports) if name not in block.optional]


def _sources(node: Node, block: Block, port: int, around: Surroundings) -> Iterator[Fix]:
    """Outputs that fit as they are; then, of those that nothing takes, what fits through a new block.

    Those first that nothing takes, and last what the block takes already: a skip is seldom meant to be x + x.
    """
    network = around.network
    others = [result for result in around.results.values() if result.shapes]  # what depends on this block has none
    taken = {ref for item in network.nodes.values() for ref in item.inputs if ref}
    offered = [
        (ref_to(item.node.id, item.node.block, name), shape)
        for item in reversed(others[-_TRIED:])
        for name, shape in zip(item.node.block.output_ports, item.shapes or (), strict=False)
    ]
    free = [item for item in offered if block_of(item[0]) not in {block_of(ref) for ref in taken}]
    used = sorted((item for item in offered if item not in free), key=lambda item: item[0] in node.inputs)
    for ref, shape in (*free, *used):
        if (inputs := _filled(node, block, shape, around)) and suits(block, inputs):
            yield connect_fix(ref, node, port)
    for ref, shape in free:
        inputs = _filled(node, block, shape, around)
        if len(inputs) == 1:
            yield from (connect_fix(ref, node, port, way) for way in islice(ways_in(block, inputs, 0), 1))


def _filled(node: Node, block: Block, shape: Shape, around: Surroundings) -> tuple[Shape, ...]:
    """The inputs of a block, with one shape at every free port; nothing where another one is not known."""
    given = []
    for place, _ in _required(node, block):
        ref = node.inputs[place]
        result = around.results[block_of(ref)] if ref else None
        known = result.port_shape(port_of(ref or "", result.node.block)) if result else shape
        if known is None:
            return ()
        given.append(known)
    return tuple(given)


def _fewer_fix(node: Node) -> Fix:
    """A merging block without its free ports."""

    def fewer(network: Network) -> Network:
        old = network.nodes[node.id]
        kept = tuple(ref for ref in old.inputs if ref)
        assert isinstance(old.block, Block)
        closed = Node(old.id, old.block.changed(count=len(kept)), kept)
        return Network.of(closed if item is old else item for item in network.nodes.values())

    return Fix(f"Take the free inputs of '{node.id}' away", lambda design: design.edit(fewer))


def _take(source: Node, name: str, target: str, port: int) -> Fix:
    ref = ref_to(source.id, source.block, name)
    return Fix(
        f"Take '{name}' of '{source.id}'",
        lambda design: design.edit(lambda net: network_edits.connect(net, ref, target, port)),
    )


def _changed(block: Block, mend: RepairHint) -> Block | None:
    if mend.name not in block.form_fields():
        return None
    try:
        return block.changed(**{**mend.params, mend.name: mend.value})
    except ValidationError:
        return None


def _made(kind: type[Block] | None, params: Mapping[str, object]) -> Block | None:
    return kind(**params) if kind else None


def _once(fixes: Iterable[Fix]) -> Iterator[Fix]:
    """Without those whose words were there before."""
    seen: set[str] = set()
    for fix in fixes:
        if fix.title not in seen:
            seen.add(fix.title)
            yield fix
