"""Reshape: the same numbers along other axes."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from designer.blocks._layout import lies_in_order, resolved, written
from designer.core.graph.block import Block, Call, RepairHint, Saved, ShapeError, call, expect_numbers
from designer.core.graph.registry import register
from designer.core.schema.fields import NewSizes, choice
from designer.core.schema.shape import Shape


@register
class Reshape(Block):
    """Reads the numbers of a sample in order, the last axis fastest, and lays them out in `sizes`.

    One size may be -1: it is what is left, the count of the numbers divided by the other sizes.
    """

    kind = "reshape"
    title = "Reshape"
    category = "Shape"
    summary = "Lays the numbers of a sample out anew: as features, a sequence, an image or a volume."
    prefix = "reshape"
    keeps_probabilities = True

    sizes: NewSizes = Field(
        default=(-1,), description="The new sizes, F, L×F, C×H×W or C×D×H×W; one may be -1, for what is left."
    )
    axes: Literal["usual", "image_sequence"] = choice(
        "usual", "What the sizes mean: usual goes by their number; image_sequence takes L×C×H×W."
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_numbers(shape)
        if shape.varies:
            raise ShapeError(
                "cannot reshape sequences whose lengths differ: their numbers are not as many in each sample",
                "use Unflatten, which works on each step",
                [RepairHint("replace", kind="unflatten", params={"sizes": self.sizes})],
            )
        if self.axes == "image_sequence" and len(self.sizes) != 4:
            raise ShapeError(
                f"image sequences are L×C×H×W, but its sizes are {written(self.sizes)}",
                "give four sizes, or set axes to usual",
                [RepairHint("set", name="axes", value="usual")],
                field="sizes",
            )
        names = ("L", "C", "H", "W") if self.axes == "image_sequence" else None
        return Shape.of(resolved(self.sizes, shape.elements), names)

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        new = self.output_shape(*inputs)
        flat = () if inputs[0].is_features else (call("nn.Flatten"),)
        return flat if new.is_features else (*flat, call("nn.Unflatten", 1, new.fixed_sizes))

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(view=lies_in_order(inputs[0]))

    def details(self) -> str:
        return written(self.sizes)
