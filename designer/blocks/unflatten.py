"""Unflatten: features as a sequence, an image or a volume."""

from __future__ import annotations

from pydantic import Field

from designer.blocks._layout import resolved, written
from designer.core.graph.block import (
    FEATURES,
    SEQUENCE,
    Block,
    Call,
    RepairHint,
    Saved,
    ShapeError,
    WrongInputError,
    call,
)
from designer.core.graph.registry import register
from designer.core.schema.fields import NewSizes
from designer.core.schema.shape import Shape


@register
class Unflatten(Block):
    """Lays features out in `sizes`, the last axis fastest; the reverse of Flatten.

    Of a sequence it makes an image sequence: the features of each step become an image C×H×W.
    """

    kind = "unflatten"
    title = "Unflatten"
    category = "Shape"
    summary = "Lays features out as a sequence, an image or a volume; the features of each step as an image."
    prefix = "unflatten"
    keeps_probabilities = True

    sizes: NewSizes = Field(
        default=(-1, 1), description="The sizes, L×F, C×H×W or C×D×H×W; one may be -1, for what is left."
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.names not in (FEATURES, SEQUENCE):
            mends = [RepairHint("replace", kind="reshape", params={"sizes": self.sizes})]
            raise WrongInputError(
                "takes features or sequences (N×F or N×L×F)", "use a Reshape for values of other shapes", mends
            )
        if shape.is_sequence and len(self.sizes) != 3:
            raise ShapeError(
                f"the features of each step become an image, C×H×W, but its sizes are {written(self.sizes)}",
                "give three sizes",
                [RepairHint("set", name="sizes", value=(shape.last, 1, 1))],
                field="sizes",
            )
        sizes = resolved(self.sizes, shape.last)
        return Shape.of((shape.sizes[0], *sizes), ("L", "C", "H", "W")) if shape.is_sequence else Shape.of(sizes)

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        sizes = resolved(self.sizes, inputs[0].last)
        return () if len(sizes) == 1 else (call("nn.Unflatten", inputs[0].rank, sizes),)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(view=True)

    def details(self) -> str:
        return written(self.sizes)
