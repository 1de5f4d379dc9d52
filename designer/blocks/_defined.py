"""What the kinds that use a definition share: the shapes inside, and the program of the inside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from designer.blocks.group_input import GroupInput
from designer.blocks.group_output import GroupOutput
from designer.core.graph.block import Block, ShapeError
from designer.core.graph.definition import Definition, GroupBlock, InsideError, frozen_values
from designer.core.graph.network import Network, NetworkError, Node
from designer.core.graph.settings import Position, View
from designer.core.inference.bounding import bounded, is_spent, spend
from designer.core.inference.compile import compiled_group
from designer.core.inference.infer import Inference, infer
from designer.core.ir.expr import Expr, Module, Program, Ref, unpack
from designer.core.schema.shape import Shape


def around(name: str, block: Block | None = None) -> Definition:
    """A definition with one input and one output, and a block between them where one is given."""
    nodes = [Node("input", GroupInput(), ())]
    places: dict[str, Position] = {"input": (0.0, 0.0), "output": (0.0, 144.0)}
    if block:
        nodes.append(Node(f"{block.prefix}1", block, ("input", *(None,) * (len(block.input_ports) - 1))))
        places[f"{block.prefix}1"] = (0.0, 72.0)
    nodes.append(Node("output", GroupOutput(), (nodes[-1].id,)))
    return Definition(name, Network.of(nodes), ("input",), ("output",), View(positions=places))


def inside(block: GroupBlock, inputs: tuple[Shape, ...]) -> Inference:
    """The shapes inside a use, of the blocks that lead to its outputs; `inputs` are what enters the definition.

    Raises InsideError for the first block in there that cannot take what it is given.
    """
    key = ("inference", frozen_values(block.values), inputs)
    found: Inference | None = block.definition.remembered(key)
    if found is None:
        try:
            network = block.network
        except NetworkError as error:
            raise ShapeError(f"its parameters do not go together: {error}") from None
        with bounded():
            spend(len(network.nodes))
            whole = infer(network, given=dict(zip(block.input_ports, inputs, strict=False)))
            used = set().union(*(network.upstream(port) for port in block.output_ports))
            found = Inference(network, {name: result for name, result in whole.results.items() if name in used})
            if not is_spent():
                block.definition.remember(key, found)
    if found.problems:
        raise InsideError(found.problems[0], found)
    return found


def shapes_inside(block: GroupBlock, inputs: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """What each output of the definition gives."""
    found = inside(block, inputs)
    shapes = [found.shape(port) for port in block.output_ports]
    return tuple(shape for shape in shapes if shape is not None)


@dataclass(frozen=True)
class PortValue:
    """What goes into a definition or comes out: a value, its shape, and its lengths where they vary."""

    expr: Expr
    shape: Shape
    lengths: Expr | None

    @classmethod
    def of(cls, ref: Ref) -> PortValue:
        """An input of a block."""
        return cls(ref, ref.shape, ref.lengths)


def program_inside(block: GroupBlock, values: tuple[PortValue, ...]) -> Program:
    """The forward pass of the definition for these inputs, with the parameters of this use."""
    found = inside(block, tuple(value.shape for value in values))
    return compiled_group(block.definition, [(value.shape, value.lengths is not None) for value in values], found)


def applied(
    step: Module, program: Program, shapes: Iterable[Shape], values: Iterable[PortValue]
) -> tuple[PortValue, ...]:
    """What a definition's module makes of values; `shapes` are those of its outputs."""
    given: list[Expr] = []
    for value in values:
        given += [value.expr] if value.lengths is None else [value.expr, value.lengths]
    whole = step(*given)
    names = list(program.results)
    items = (whole,) if len(names) == 1 else unpack(whole, *names)
    known = {**dict(zip(program.arguments, given, strict=True)), **dict(zip(names, items, strict=True))}
    return tuple(
        PortValue(known[port], shape, known.get(program.lengths.get(port, "")))
        for port, shape in zip(names, shapes, strict=False)
    )
