"""ZeroPad: zeros around an image or a sequence."""

from __future__ import annotations

from pydantic import Field

from designer.blocks._sides import place_of, sides_of, text_of
from designer.core.graph.block import Block, RepairHint, ShapeError, call
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, function, module, with_lengths
from designer.core.schema.fields import MAX_SIZE, Sides
from designer.core.schema.shape import Shape


@register
class ZeroPad(Block):
    """Adds rows and columns of zeros around an image or a volume, or steps of zeros at both ends of a sequence.

    Where lengths differ, the zeros come right behind the last step of each sequence.
    """

    kind = "zero_pad"
    title = "ZeroPad"
    category = "Shape"
    summary = "Adds zeros around an image or at the ends of a sequence."
    prefix = "pad"
    keeps_probabilities = True

    padding: Sides = Field(
        default=(1,),
        description="Zeros on all sides; or start, end of a sequence; left, right, top, bottom (, front, back).",
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        sides = sides_of(shape, self.padding, "padding")
        for place, (before, after) in enumerate(sides, place_of(shape)):
            size = shape.sizes[place]
            if size is not None and size + before + after > MAX_SIZE:
                mends = [RepairHint("set", name="padding", value=(0,))]
                raise ShapeError(
                    f"an axis would be longer than {MAX_SIZE}", "make padding smaller", mends, field="padding"
                )
            shape = shape.with_size(place, None if size is None else size + before + after)
        return shape

    def forward(self, *inputs: Ref) -> Expr:
        (x,) = inputs
        sides = sides_of(x.shape, self.padding, "padding")
        before, after = sides[0]
        if x.lengths is not None:
            padded = function("zero_padded_steps", x, x.lengths, before, after)
            return with_lengths(padded, x.lengths + (before + after))
        if x.shape.is_sequence:
            return function("F.pad", x, (0, 0, before, after))
        numbers = tuple(number for side in reversed(sides) for number in side)
        given = numbers[0] if len(set(numbers)) == 1 else numbers
        return module(call("nn.ZeroPad2d" if x.shape.is_image else "nn.ZeroPad3d", given))(x)

    def details(self) -> str:
        return text_of(self.padding)
