"""Input: where samples enter."""

from __future__ import annotations

from pydantic import Field

from designer.core.block import Block
from designer.core.fields import SampleSizes
from designer.core.registry import register
from designer.core.shape import Shape


@register
class Input(Block):
    """Hands each sample of the data on to the network."""

    kind = "input"
    title = "Input"
    category = "Data"
    summary = "Where samples enter the network: images, sequences or features."
    prefix = "input"
    inputs = ()

    sizes: SampleSizes = Field(
        default=(1, 28, 28),
        description="One sample: C×H×W for images, F for features, L×F for sequences (the letter L if lengths differ).",
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        return Shape.of(self.sizes)

    def details(self) -> str:
        return f"{Shape.of(self.sizes).noun}"
