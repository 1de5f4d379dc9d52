"""Permute: the axes in another order."""

from __future__ import annotations

from pydantic import Field

from designer.core.graph.block import Block, RepairHint, Saved, ShapeError, WrongInputError, expect_numbers
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref
from designer.core.schema.fields import AxisOrder
from designer.core.schema.shape import Shape
from designer.core.schema.units import plural


@register
class Permute(Block):
    """Puts the axes of a sample in another order: axis i of the output is axis order[i] of the input, from 1.

    What the axes mean goes by their place: of a sequence L×F, order 2, 1 makes a sequence with F steps of L features.
    """

    kind = "permute"
    title = "Permute"
    category = "Shape"
    summary = "Puts the axes in another order: steps become features, or rows become columns."
    prefix = "permute"
    keeps_probabilities = True

    order: AxisOrder = Field(
        default=(2, 1), description="For each axis of the output, the axis of the input that it is, counted from 1."
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_numbers(shape)
        if shape.is_features:
            raise WrongInputError("takes values with two axes or more", "use Unflatten to give features more axes")
        if len(self.order) != shape.rank:
            raise ShapeError(
                f"{shape.noun} {shape} have {plural(shape.rank, 'axis', 'axes')}, but order names {len(self.order)}",
                f"give the numbers from 1 to {shape.rank}, each once",
                [RepairHint("set", name="order", value=_order_of(self.order, shape.rank))],
                field="order",
            )
        if shape.varies and self.order[0] != 1:
            raise ShapeError(
                "the length of the sequences differs from sample to sample and has to stay the first axis",
                "let order begin with 1",
                [RepairHint("set", name="order", value=(1, *(place for place in self.order if place != 1)))],
                field="order",
            )
        return Shape.of(tuple(shape.sizes[place - 1] for place in self.order), shape.names)

    def forward(self, *inputs: Ref) -> Expr:
        return inputs[0].permute(0, *self.order)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(view=True)

    def details(self) -> str:
        return ", ".join(map(str, self.order))


def _order_of(order: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """The order without the axes that there are not, and with those behind that it does not name."""
    kept = [place for place in order if place <= rank]
    return (*kept, *(place for place in range(1, rank + 1) if place not in kept))
