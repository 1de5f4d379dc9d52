"""Input: where samples enter."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from designer.core.graph.block import RepairHint, ShapeError
from designer.core.graph.registry import register
from designer.core.graph.roles import InputBlock
from designer.core.schema.fields import FeatureName, SampleSizes, choice
from designer.core.schema.shape import Shape, sizes_text
from designer.core.schema.units import plural


@register
class Input(InputBlock):
    """Hands each sample of the data on to the network."""

    kind = "input"
    title = "Input"
    category = "Data"
    summary = "Where samples enter the network: images, sequences or features."
    prefix = "input"

    sizes: SampleSizes = Field(
        default=(1, 28, 28),
        description="One sample: F for features, L×F for sequences (the letter L if lengths differ), C×H×W for images, "
        "C×D×H×W for volumes.",
    )
    axes: Literal["usual", "tokens", "image_sequence"] = choice(
        "usual", "What the sizes mean: usual goes by their number; tokens takes L; image_sequence takes L×C×H×W."
    )
    feature: FeatureName = Field(
        default="",
        description="Column of the data that enters here; empty for the first one that no other Input takes.",
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        names = {"usual": None, "tokens": ("L",), "image_sequence": ("L", "C", "H", "W")}[self.axes]
        if names is not None and len(names) != len(self.sizes):
            raise ShapeError(
                f"{self.axes} are {'×'.join(names)}, but its sizes are {sizes_text(self.sizes)}",
                f"give {plural(len(names), 'size')}, or set axes to usual",
                [RepairHint("set", name="axes", value="usual")],
                field="sizes",
            )
        shape = Shape.of(self.sizes, names)
        if shape.varies and shape.names[0] != "L":
            raise ShapeError(
                f"only the length L may vary, but its sizes are {sizes_text(self.sizes)}",
                "give every size",
                field="sizes",
            )
        return shape

    def details(self) -> str:
        return {"tokens": "tokens", "image_sequence": "image sequences"}.get(self.axes) or Shape.of(self.sizes).noun
