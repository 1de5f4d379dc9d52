"""Shape inference: what each block gives, or why it cannot. What would mend that is found by `quick_fixes`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from designer.core.graph.block import Block, ShapeError, UnknownBlock, WrongInputError
from designer.core.graph.definition import GroupBlock, InsideError
from designer.core.graph.messages import Cause, Problem
from designer.core.graph.network import Network, NetworkError, Node, block_of, port_of
from designer.core.graph.roles import GroupEntry
from designer.core.graph.saved import Saved
from designer.core.inference.bounding import bounded
from designer.core.inference.plugin_guard import output_shapes, saved_by
from designer.core.schema.shape import MOST_NUMBERS, Axis, Shape


@dataclass(frozen=True)
class Result:
    """What inference found for one block. Both empty: it waits for a block before it."""

    node: Node
    inputs: tuple[Shape, ...] | None = None
    """The shapes of the connected inputs."""
    shapes: tuple[Shape, ...] | None = None
    """What each output port gives; for an Output, what it takes."""
    problem: Problem | None = None
    padded: bool = False
    """Whether sequences that enter it differ in length, and these shapes are of the longest."""

    @property
    def shape(self) -> Shape | None:
        """What the first port gives."""
        return self.shapes[0] if self.shapes else None

    def port_shape(self, port: str) -> Shape | None:
        """What a port gives."""
        return self.shapes[self.node.block.output_ports.index(port)] if self.shapes else None

    @cached_property
    def parameters(self) -> int:
        """Numbers that training changes unless they are frozen, 0 where the shapes are not known."""
        if self.shape is None or self.inputs is None or isinstance(self.node.block, UnknownBlock):
            return 0
        return self.node.block.parameter_count(*self.inputs)

    @cached_property
    def trained(self) -> int:
        """Its parameters without those that are frozen: none of a block that is, and of a group those inside it."""
        block = self.node.block
        if block.frozen or self.inputs is None or not isinstance(block, GroupBlock) or not self.parameters:
            return 0 if block.frozen else self.parameters
        return block.trained_count(*self.inputs)

    @cached_property
    def multiply_adds(self) -> int:
        """Multiply-adds for one sample, 0 where the shapes are not known."""
        if self.shape is None or self.inputs is None or isinstance(self.node.block, UnknownBlock):
            return 0
        return self.node.block.multiply_adds(*self.inputs)

    @property
    def is_padded(self) -> bool:
        """Whether sequences that enter it may differ in length."""
        return self.padded or any(shape.varies for shape in self.inputs or ())

    @cached_property
    def saved(self) -> Saved:
        """What autograd saves of it; nothing where the shapes are not known."""
        if not self.shapes or self.inputs is None or isinstance(self.node.block, UnknownBlock):
            return Saved()
        return saved_by(self.node.block, self.inputs, self.is_padded)


@dataclass(frozen=True)
class Inference:
    """The results for all blocks of a network, in its order."""

    network: Network
    results: Mapping[str, Result] = field(default_factory=dict)
    told_apart: frozenset[str] | None = field(default=None, compare=False, repr=False)
    remembered: dict[Hashable, object] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What follows from it, as `retention` has found it."""

    @cached_property
    def apart(self) -> frozenset[str]:
        """The blocks whose results follow from more than themselves and the shapes that they take."""
        if self.told_apart is not None:
            return self.told_apart
        return frozenset(name for name, result in self.results.items() if _stands_apart(result))

    @property
    def problems(self) -> list[Problem]:
        """What stands in the way of each block, in the network's order."""
        return [result.problem for result in self.results.values() if result.problem] if self.apart else []

    @property
    def parameters(self) -> int:
        """Numbers that training changes unless they are frozen, in all; blocks that are one module count once."""
        return sum(result.parameters for result in self._modules)

    @cached_property
    def trained(self) -> int:
        """Those of them that are not frozen."""
        return sum(result.trained for result in self._modules)

    @property
    def _modules(self) -> Iterator[Result]:
        """The blocks, without those that are one module with an earlier one."""
        counted: set[str] = set()
        for result in self.results.values():
            shared = result.node.block.shared_as
            if shared not in counted:
                yield result
            if shared:
                counted.add(shared)

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds for one sample in all."""
        return sum(result.multiply_adds for result in self.results.values())

    @cached_property
    def lengthened(self) -> Inference:
        """The same where lengths that vary are those of the longest, as far as that is known."""
        return at_longest(self)

    @cached_property
    def padded(self) -> Inference:
        """The same inside a group that sequences of different lengths enter."""
        return at_longest(self, padded=True)

    def shape(self, block_id: str) -> Shape | None:
        """The shape that a block gives, None where it is not known."""
        return self.results[block_id].shape


def infer(network: Network, before: Inference | None = None, given: Mapping[str, Shape] | None = None) -> Inference:
    """Infers all shapes; what is unchanged since `before`, block and input shapes, is taken from there.

    `given`: the network is the inside of a group, and these are the shapes that enter it, as far as they are known.
    """
    with bounded():
        return _infer(network, before, given)


def _infer(network: Network, before: Inference | None, given: Mapping[str, Shape] | None) -> Inference:
    old, apart_before = (before.results, before.apart) if before else ({}, frozenset[str]())
    results: dict[str, Result] = {}
    modules: dict[str, Result] = {}
    changed: set[str] = set()
    apart: set[str] = set()
    for name, node in network.nodes.items():
        known = old.get(name)
        same = known is not None and known.node is node and (not changed or changed.isdisjoint(node.sources))
        if same and known and name not in apart_before:  # as nearly all after an edit
            results[name] = known
            continue
        if same and known and _holds(known, given):
            found = _as_one_module(known, modules)
        elif given is not None and isinstance(node.block, GroupEntry):
            found = Result(node, (), (given[node.id],) if node.id in given else None)
        else:
            found = _as_one_module(_infer_block(node, _input_shapes(node, results)), modules)
        results[name] = found
        if _stands_apart(found):
            apart.add(name)
        if known is None or not (found is known or _gives_the_same(known, found)):
            changed.add(name)
    return Inference(network, results, frozenset(apart))


def _stands_apart(result: Result) -> bool:
    """Whether what is known of a block follows from more than itself and the shapes that it takes."""
    return bool(result.problem or result.node.block.shared_as) or isinstance(result.node.block, GroupEntry)


def _holds(known: Result, given: Mapping[str, Shape] | None) -> bool:
    """Whether what is known of a block depends only on itself and on the shapes that it takes.

    A problem's words and mends name the blocks before it, and what enters a group may have changed.
    """
    return known.problem is None and (given is None or not isinstance(known.node.block, GroupEntry))


def _gives_the_same(one: Result, other: Result) -> bool:
    """Whether the blocks behind would take the same shapes."""
    return one.shapes == other.shapes and one.node.block.output_ports == other.node.block.output_ports


def infer_inside(outer: Inference, block_id: str, before: Inference | None = None) -> Inference:
    """The shapes inside a group, as far as it is known what enters it where it stands."""
    result = outer.results[block_id]
    block = result.node.block
    assert isinstance(block, GroupBlock)
    given: dict[str, Shape] = {}
    if result.inputs is not None:
        try:
            given = dict(zip(block.input_ports, block.inner_shapes(*result.inputs), strict=False))
        except ShapeError:
            given = {}
    try:
        network = block.network
    except NetworkError:  # values that do not go together: the definition as it stands
        network = block.definition.network
    return infer(network, before, given)


def infer_after(inference: Inference, network: Network) -> Inference:
    """What comes of an edit: the shapes of the network that it makes of that of `inference`, be it inside a group."""
    return infer(network, inference, _entering(inference))


def _entering(inference: Inference) -> Mapping[str, Shape] | None:
    """The shapes that enter an open group; None for a whole network."""
    ports = inference.network.of_type(GroupEntry)
    if not ports:
        return None
    return {node.id: shape for node, _ in ports if (shape := inference.shape(node.id)) is not None}


def _same_inside(one: object, other: object) -> bool:
    """Whether two groups are made of the same blocks with the same parameters; each may be repeated as it likes."""
    assert isinstance(one, GroupBlock)
    assert isinstance(other, GroupBlock)
    return one.definition == other.definition and one.values == other.values


def _as_one_module(result: Result, modules: dict[str, Result]) -> Result:
    """The result, or a problem where the block cannot be one module with an earlier one that it shares weights with."""
    shared = result.node.block.shared_as
    if not shared or result.shapes is None:
        return result
    first = modules.setdefault(shared, result)
    is_like = first.inputs == result.inputs and _same_inside(first.node.block, result.node.block)
    block_id, title, how = result.node.id, result.node.block.title, result.node.block.learning
    if is_like and first.node.block.learning == how:
        return result
    what = "ways to learn (frozen, rate)" if is_like else "parameters" if first.inputs == result.inputs else "shapes"
    message = (
        f"{title} '{block_id}' shares its weights with '{first.node.id}', but has other {what}: "
        f"make them the same, or give it weights of its own"
    )
    problem = Problem(message, block_id, "weights", cause=Cause(result.node, result.inputs or ()))
    return replace(result, shapes=None, problem=problem)


def _input_shapes(node: Node, results: Mapping[str, Result]) -> tuple[Shape, ...] | None:
    """What its connected ports take; None where one of them is not known, or a port is free that must not be."""
    if free_ports(node):
        return None
    shapes = []
    for ref in node.inputs:
        if ref is not None:
            shape = given_at(ref, results)
            if shape is None:
                return None
            shapes.append(shape)
    return tuple(shapes)


def given_at(ref: str, results: Mapping[str, Result]) -> Shape | None:
    """What an output gives; most are the first of their block, and named by it alone."""
    first = results.get(ref)
    if first is not None:
        return first.shape
    source = results[block_of(ref)]
    return source.port_shape(port_of(ref, source.node.block))


def free_ports(node: Node) -> list[str]:
    """The input ports that have to be connected and are not."""
    if None not in node.inputs:
        return []
    ports = zip(node.block.input_ports, node.inputs, strict=False)
    return [port for port, ref in ports if ref is None and port not in node.block.optional]


def _unknown(block_id: str, kind: str) -> str:
    """What to do about a block of no known kind; an import puts such blocks where it knows no counterpart."""
    source, _, layer = kind.partition(".")
    if source == "keras":
        return f"'{block_id}' stands for a {layer[:60]} of Keras, which has no counterpart here: replace or remove it"
    return (
        f"'{block_id}' is of kind {kind[:60]!r}, which is not known here: trust the Python file that "
        "defines it (File > Custom Blocks…), or replace or remove it"
    )


def _infer_block(node: Node, inputs: tuple[Shape, ...] | None) -> Result:
    if isinstance(node.block, UnknownBlock):
        unknown = Problem(_unknown(node.id, node.block.kind), node.id, cause=Cause(node, inputs or ()))
        return Result(node, inputs, problem=unknown)
    block = node.block
    if free := free_ports(node):
        which = "has no input" if len(node.inputs) == 1 else f"has nothing at its input '{free[0]}'"
        message = f"{block.title} '{node.id}' {which}: connect a block to it"
        return Result(node, inputs, problem=Problem(message, node.id, cause=Cause(node)))
    if inputs is None:
        return Result(node)
    try:
        shapes = output_shapes(block, inputs)
        _expect_that_it_can_be(shapes)
        return Result(node, inputs, shapes=shapes)
    except ShapeError as error:
        return Result(node, inputs, problem=_problem(node, block, error, inputs))


def _expect_that_it_can_be(shapes: tuple[Shape, ...]) -> None:
    """Raises ShapeError for what no tensor can hold: a few blocks that double their input come to any size."""
    for shape in shapes:
        if shape.elements > MOST_NUMBERS:
            raise ShapeError(
                f"gives {shape.noun} {shape}, more numbers than any tensor can hold ({MOST_NUMBERS:.1e})",
                "make them smaller before",
            )


def _problem(node: Node, block: Block, error: ShapeError, inputs: tuple[Shape, ...]) -> Problem:
    cause = Cause(node, inputs, error)
    if isinstance(error, InsideError):
        return replace(problem_inside(node, error.problem), cause=cause)
    text = f"{block.title} '{node.id}'"
    if isinstance(error, WrongInputError):
        place = min(error.port, len(inputs) - 1)
        text += f" {error.reason}, but {_giver(node, place)} gives {inputs[place].noun} {inputs[place]}"
        text += _for_which(node, place)
    else:
        text += f": {error.reason}"
    if error.hint:
        text += f": {error.hint}"
    return Problem(text, node.id, error.field, cause=cause)


def _giver(node: Node, place: int) -> str:
    """What is connected to an input, which counts those that are."""
    return f"'{[ref for ref in node.inputs if ref][place]}'"


def _for_which(node: Node, place: int) -> str:
    """Which input it is, where another one is given the same: each is mended by itself."""
    ports = [(port, ref) for port, ref in zip(node.block.input_ports, node.inputs, strict=False) if ref]
    if place >= len(ports) or sum(ref == ports[place][1] for _, ref in ports) < 2:
        return ""
    return f" to its input '{ports[place][0]}'"


def problem_inside(node: Node, inside: Problem) -> Problem:
    """A problem of a block in a group, told at the group."""
    return Problem(f"{node.block.title} '{node.id}': inside, {inside.message}", node.id, inside=inside)


def at_longest(inference: Inference, longest: Mapping[str, int] | None = None, *, padded: bool = False) -> Inference:
    """The same with shapes of so many steps where lengths vary: `longest` has those of the Inputs, by their names.

    It is for counting what a batch takes in memory, as its sequences are padded to the longest. Behind a block that
    cannot take so many steps, and where nobody knows them, the shapes stay. `padded`: in what enters, they differ.
    """
    known = longest or {}
    if not padded and not any(shape.varies for result in inference.results.values() for shape in result.shapes or ()):
        return inference
    results: dict[str, Result] = {}
    for name, result in inference.results.items():
        results[name] = _lengthened(result, results, known.get(name), padded)
    return Inference(inference.network, results)


def _lengthened(result: Result, results: Mapping[str, Result], steps: int | None, padded: bool) -> Result:
    if result.shapes is None or result.inputs is None:
        return result
    if not result.node.inputs:
        return replace(result, shapes=_with_steps(result.shapes, steps))
    inputs = _input_shapes(result.node, results) or result.inputs
    differs = any(shape.varies for shape in result.inputs) or (padded and any("L" in shape.names for shape in inputs))
    if inputs == result.inputs and not differs and not any(shape.varies for shape in result.shapes):
        return result
    try:
        shapes = result.node.block.output_shapes(*inputs)  # type: ignore[union-attr]  # it has shapes
    except ShapeError:
        return result
    steps = next((shape.sizes[0] for shape in inputs if shape.names[0] == "L"), None)
    return replace(result, inputs=inputs, shapes=_with_steps(shapes, steps), padded=differs)


def _with_steps(shapes: tuple[Shape, ...], steps: int | None) -> tuple[Shape, ...]:
    """The shapes with so many steps where their length varies."""
    if steps is None:
        return shapes
    return tuple(
        Shape(tuple(Axis(axis.name, steps if axis.size is None else axis.size) for axis in shape.axes))
        if shape.varies
        else shape
        for shape in shapes
    )
