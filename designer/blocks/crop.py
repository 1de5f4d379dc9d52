"""Crop: an image or a sequence without its edges."""

from __future__ import annotations

from pydantic import Field

from designer.blocks._sides import place_of, sides_of, text_of
from designer.core.graph.block import Block, RepairHint, Saved, ShapeError
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref
from designer.core.schema.fields import Sides
from designer.core.schema.shape import Shape


@register
class Crop(Block):
    """Takes rows and columns off an image or a volume, or steps off both ends of a sequence."""

    kind = "crop"
    title = "Crop"
    category = "Shape"
    summary = "Cuts the edges off an image, or the ends off a sequence."
    prefix = "crop"
    keeps_probabilities = True

    cropping: Sides = Field(
        default=(1,),
        description="Taken off all sides; or start, end of a sequence; left, right, top, bottom (, front, back).",
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        sides = sides_of(shape, self.cropping, "cropping")
        if shape.varies:
            raise ShapeError(
                "cannot crop sequences whose lengths differ: of the shorter ones nothing may be left",
                "make all sequences of one length in the data",
            )
        cropped = shape
        for place, (before, after) in enumerate(sides, place_of(shape)):
            left = shape.fixed_sizes[place] - before - after
            if left < 1:
                raise ShapeError(
                    f"nothing would be left of {shape} without {before} and {after}",
                    "make cropping smaller",
                    [RepairHint("set", name="cropping", value=((_least(shape) - 1) // 2,))],
                    field="cropping",
                )
            cropped = cropped.with_size(place, left)
        return cropped

    def forward(self, *inputs: Ref) -> Expr:
        (x,) = inputs
        kept = [slice(before or None, -after or None) for before, after in sides_of(x.shape, self.cropping, "cropping")]
        whole = [slice(None)] * (1 + place_of(x.shape))
        return x[(*whole, *kept)]

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(view=True)

    def details(self) -> str:
        return text_of(self.cropping)


def _least(shape: Shape) -> int:
    """The shortest of the axes that have sides."""
    return min(shape.fixed_sizes[place_of(shape) :][: shape.rank - 1])
