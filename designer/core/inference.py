"""Shape inference: what each block gives, or why it cannot, and what would mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from designer.core import edits
from designer.core.block import Block, Mend, ShapeError, UnknownBlock, WrongInputError
from designer.core.messages import Fix, Problem
from designer.core.network import Network, Node, block_of, port_of, ref_to
from designer.core.registry import find
from designer.core.shape import Shape


@dataclass(frozen=True)
class Result:
    """What inference found for one block. Both empty: it waits for a block before it."""

    node: Node
    inputs: tuple[Shape, ...] | None = None
    """The shapes of the connected inputs."""
    shapes: tuple[Shape, ...] | None = None
    """What each output port gives; for an Output, what it takes."""
    problem: Problem | None = None

    @property
    def shape(self) -> Shape | None:
        """What the first port gives."""
        return self.shapes[0] if self.shapes else None

    def port_shape(self, port: str) -> Shape | None:
        """What a port gives."""
        return self.shapes[self.node.block.output_ports.index(port)] if self.shapes else None

    @property
    def parameters(self) -> int:
        """Trainable numbers, 0 where the shapes are not known."""
        if self.shape is None or self.inputs is None or isinstance(self.node.block, UnknownBlock):
            return 0
        return self.node.block.parameter_count(*self.inputs)

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds for one sample, 0 where the shapes are not known."""
        if self.shape is None or self.inputs is None or isinstance(self.node.block, UnknownBlock):
            return 0
        return self.node.block.multiply_adds(*self.inputs)


@dataclass(frozen=True)
class Inference:
    """The results for all blocks of a network, in its order."""

    network: Network
    results: Mapping[str, Result] = field(default_factory=dict)

    @property
    def problems(self) -> list[Problem]:
        """What stands in the way of each block, in the network's order."""
        return [result.problem for result in self.results.values() if result.problem]

    @property
    def parameters(self) -> int:
        """Trainable numbers in all."""
        return sum(result.parameters for result in self.results.values())

    def shape(self, block_id: str) -> Shape | None:
        """The shape that a block gives, None where it is not known."""
        return self.results[block_id].shape


def infer(network: Network, before: Inference | None = None) -> Inference:
    """Infers all shapes; what is unchanged since `before`, block and input shapes, is taken from there."""
    old = before.results if before else {}
    results: dict[str, Result] = {}
    for node in network.nodes.values():
        inputs = _input_shapes(node, results)
        known = old.get(node.id)
        if known is not None and known.node is node and known.inputs == inputs and not _names_source(known):
            results[node.id] = known
        else:
            results[node.id] = _infer_block(node, inputs, results)
    return Inference(network, results)


def _names_source(result: Result) -> bool:
    """Whether the problem's words and mends depend on the block before, not only on its shape."""
    return result.problem is not None


def _input_shapes(node: Node, results: Mapping[str, Result]) -> tuple[Shape, ...] | None:
    sources = [results[block_of(ref)] if ref else None for ref in node.inputs]
    shapes = [
        source.port_shape(port_of(ref, source.node.block))
        for ref, source in zip(node.inputs, sources, strict=True)
        if ref and source
    ]
    known = tuple(shape for shape in shapes if shape is not None)
    return known if len(known) == len(shapes) and not free_ports(node) else None


def free_ports(node: Node) -> list[str]:
    """The input ports that have to be connected and are not."""
    ports = zip(node.block.input_ports, node.inputs, strict=False)
    return [port for port, ref in ports if ref is None and port not in node.block.optional]


def _infer_block(node: Node, inputs: tuple[Shape, ...] | None, results: Mapping[str, Result]) -> Result:
    if isinstance(node.block, UnknownBlock):
        message = (
            f"'{node.id}' is of kind {node.block.kind[:60]!r}, which this version does not know: replace or remove it"
        )
        return Result(node, inputs, problem=Problem(message, node.id))
    if free := free_ports(node):
        which = "has no input" if len(node.inputs) == 1 else f"has nothing at its input '{free[0]}'"
        message = f"{node.block.title} '{node.id}' {which}: connect a block to it"
        return Result(node, inputs, problem=Problem(message, node.id))
    if inputs is None:
        return Result(node)
    try:
        return Result(node, inputs, shapes=node.block.output_shapes(*inputs))
    except ShapeError as error:
        return Result(node, inputs, problem=_problem(node, node.block, error, inputs, results))


def _problem(
    node: Node, block: Block, error: ShapeError, inputs: tuple[Shape, ...], results: Mapping[str, Result]
) -> Problem:
    text = f"{block.title} '{node.id}'"
    if isinstance(error, WrongInputError):
        place = min(error.port, len(inputs) - 1)
        text += f" {error.reason}, but '{_connected(node)[place]}' gives {inputs[place].noun} {inputs[place]}"
    else:
        text += f": {error.reason}"
    if error.hint:
        text += f": {error.hint}"
    fixes = [fix for mend in error.mends if (fix := _fix(node, mend, results))]
    return Problem(text, node.id, error.field, tuple(fixes))


def _fix(node: Node, mend: Mend, results: Mapping[str, Result]) -> Fix | None:
    """The mend as an edit, or None where it does not apply here."""
    if mend.action == "insert":
        kind = find(mend.kind)
        if kind is None:
            return None
        new = kind()
        return Fix(f"Insert {new.title}", lambda design: design.edit(lambda net: edits.insert(net, new, node.id)))
    if mend.action == "port":
        return _port_fix(node, mend.name, results)
    target = node.id if mend.where == "here" else next(iter(node.sources), None)
    block = node.block if target == node.id or target is None else results[target].node.block
    if target is None or not isinstance(block, Block) or mend.name not in type(block).model_fields:
        return None
    return set_fix(target, mend.name, mend.value)


def _connected(node: Node) -> list[str]:
    return [ref for ref in node.inputs if ref]


def _port_fix(node: Node, port: str, results: Mapping[str, Result]) -> Fix | None:
    """Takes another output of the block before, where it has that one."""
    place = next(place for place, ref in enumerate(node.inputs) if ref)
    source = results[node.sources[0]].node
    if port not in source.block.output_ports:
        return None
    ref = ref_to(source.id, source.block, port)
    return Fix(
        f"Take '{port}' of '{source.id}'",
        lambda design: design.edit(lambda net: edits.connect(net, ref, node.id, place)),
    )


def set_fix(block_id: str, name: str, value: Any) -> Fix:
    """The fix that gives a parameter a value."""
    shown = "×".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return Fix(
        f"Set {name} of '{block_id}' to {shown}",
        lambda design: design.edit(lambda net: edits.set_params(net, block_id, **{name: value})),
    )
