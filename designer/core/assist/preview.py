"""What would come of an edit before it is made: the shape of the block, or why it would not fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from designer.core.assist.drop_targets import Refs, Spot, carried, carried_words
from designer.core.graph.block import Block, ShapeError, WrongInputError
from designer.core.graph.definition import InsideError
from designer.core.graph.design import Design
from designer.core.graph.network import NetworkError
from designer.core.inference.infer import Inference, free_ports, given_at, infer_after
from designer.core.inference.plugin_guard import output_shapes
from designer.core.schema.shape import Shape


@dataclass(frozen=True)
class Preview:
    """What an edit would do, in words, and what the block would give."""

    words: str
    shapes: tuple[Shape, ...] = ()
    """What each output port would give; empty where it is not known yet."""
    problem: str = ""
    """Why the block, or the first one behind it, would not fit."""
    waits: str = ""
    """The input port that would still be free."""
    allowed: bool = True
    """Whether the edit can be made at all."""

    @property
    def shape(self) -> str:
        """The shape of the first output, as it is shown; empty where it is not known."""
        return str(self.shapes[0]) if self.shapes else ""


def of_new(design: Design, inference: Inference, block: Block, spot: Spot) -> Preview:
    """What would come of a new block in a spot."""
    words = spot.words(design.network, block)
    if not spot.suits(design.network, block):
        return Preview(words, problem=unsuited(block), allowed=False)
    return _tried(design, inference, words, lambda: spot.put(design, block))


def of_carried(design: Design, inference: Inference, block_id: str, spot: Spot) -> Preview:
    """What would come of a block that is there already, put into another spot."""
    block = design.network.nodes[block_id].block
    words = carried_words(design.network, block_id, spot)
    if isinstance(block, Block) and not spot.suits(design.network, block):
        return Preview(words, problem=unsuited(block), allowed=False)
    return _tried(design, inference, words, lambda: (carried(design, block_id, spot), block_id))


def unsuited(block: Block) -> str:
    """Why a block cannot go to a spot that it does not suit."""
    lacks = "input" if not block.input_ports else "output"
    return f"{block.title} has no {lacks}: it cannot stand here"


def _tried(design: Design, inference: Inference, words: str, make: Callable[[], tuple[Design, str]]) -> Preview:
    try:
        after, name = make()
    except NetworkError as error:
        return Preview(words, problem=str(error), allowed=False)
    found = infer_after(inference, after.network)
    result = found.results[name]
    if waiting := free_ports(result.node):
        return Preview(words, waits=waiting[0])
    if result.problem:
        return Preview(words, problem=result.problem.message)
    known = {problem.identity for problem in inference.problems}
    behind = after.network.downstream(name)
    new = [item for item in found.problems if item.identity not in known and item.block in behind]
    return Preview(words, result.shapes or (), problem=new[0].message if new else "")


@dataclass(frozen=True)
class Fit:
    """Whether a block can take some outputs: what it would give, or why not. Both empty: not known yet."""

    shape: str = ""
    reason: str = ""


def fit(inference: Inference, block: Block, refs: Refs) -> Fit:
    """What a block would give for these outputs, by its own rule alone: quick enough for a whole list of kinds."""
    needed = len(block.input_ports) - len(block.optional)
    connected = [ref for ref in refs if ref]
    if len([ref for ref in refs[:needed] if ref]) < needed:
        return Fit()
    shapes = [given_at(ref, inference.results) for ref in connected]
    if None in shapes:
        return Fit()
    inputs = tuple(shape for shape in shapes if shape)
    try:
        given = output_shapes(block, inputs)
    except WrongInputError as error:
        return Fit(reason=f"{error.reason}, not {inputs[min(error.port, len(inputs) - 1)].noun}")
    except InsideError as error:
        return Fit(reason=str(error.problem))
    except ShapeError as error:
        return Fit(reason=error.reason)
    return Fit(shape=str(given[0]) if block.output_ports else "")
