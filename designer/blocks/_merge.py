"""What the kinds share that make one value of several."""

from __future__ import annotations

from designer.core.graph.block import RepairHint, ShapeError, expect_numbers
from designer.core.graph.roles import SeveralInputs
from designer.core.ir.expr import Expr, Ref, function
from designer.core.schema.shape import Shape, Size


class Merge(SeveralInputs):
    """Goes through its values number by number. Along an axis of size 1, the one number stands for all."""

    def output_shape(self, *inputs: Shape) -> Shape:
        merged = inputs[0]
        for place, shape in enumerate(inputs):
            expect_numbers(shape, place)
            both = broadcast(merged, shape)
            if both is None:
                raise ShapeError(
                    f"its values must be of one shape, but input 1 is {inputs[0]} and input {place + 1} is {shape}",
                    "make the shapes the same, or use Concatenate",
                    _projections(inputs, place),
                )
            merged = both
        return merged


def broadcast(one: Shape, other: Shape) -> Shape | None:
    """The shape of both together, with sizes that are the same, or 1 in one of them; None where they do not go."""
    if one == other:
        return one
    if one.names != other.names:
        return None
    sizes: list[Size] = []
    for a, b in zip(one.sizes, other.sizes, strict=True):
        if a != b and 1 not in (a, b):
            return None
        sizes.append(b if a == 1 else a)
    return Shape.of(tuple(sizes), one.names)


def bytes_between(inputs: tuple[Shape, ...]) -> int:
    """What comes of the first two values, the first three and so on takes, without what comes of all."""
    merged, total = inputs[0], 0
    for shape in inputs[1:-1]:
        merged = broadcast(merged, shape) or merged
        total += merged.bytes
    return total


def _projections(inputs: tuple[Shape, ...], place: int) -> list[RepairHint]:
    """Mends that give one input the shape of the others: the input that was found first to differ comes first."""
    mends = []
    for port in dict.fromkeys((place, *range(len(inputs)))):
        others = {shape for number, shape in enumerate(inputs) if number != port}
        mends += [mend for wanted in others if len(others) == 1 for mend in _projection(inputs[port], wanted, port)]
    return mends


def _projection(shape: Shape, wanted: Shape, port: int) -> list[RepairHint]:
    """Features that stand for all places of the wanted shape; and whatever else makes it."""
    mends = [RepairHint("adapt", port=port, value=wanted)]
    if shape.is_features and shape.last == wanted.channels and (wanted.is_sequence or wanted.is_spatial):
        sizes = tuple(size if axis == wanted.channel_axis else 1 for axis, size in enumerate(wanted.fixed_sizes))
        mends.insert(0, RepairHint("insert", kind="reshape", params={"sizes": sizes}, port=port))
    return mends


def aligned(inputs: tuple[Ref, ...]) -> list[Expr]:
    """The inputs, with a check where the lengths of two do not come from the same Input by the same way."""
    first = next((x.lengths for x in inputs if x.lengths is not None), None)
    return [
        x if x.lengths is None or x.lengths is first else function("of_same_length", x, x.lengths, first)
        for x in inputs
    ]


def folded(inputs: tuple[Ref, ...], operator: str) -> Expr:
    """a + b + c, from the left."""
    rule = {"+": Expr.__add__, "-": Expr.__sub__, "*": Expr.__mul__}[operator]
    value, *others = aligned(inputs)
    for other in others:
        value = rule(value, other)
    return value
