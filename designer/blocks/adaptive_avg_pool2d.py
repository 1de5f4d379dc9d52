"""AdaptiveAvgPool2d: means over as many parts of an image as are wanted."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from designer.blocks._window import expect_axes, short
from designer.core.graph.block import Block, Call, Saved, call
from designer.core.graph.registry import register
from designer.core.schema.fields import IMAGE_AXES, LARGEST_WINDOW, PerAxis
from designer.core.schema.shape import Shape, image, sizes_text


@register
class AdaptiveAvgPool2d(Block):
    """Makes images of any size that of `output_size`: each number is the mean of the part that it stands for.

    Along an axis of n, with m in the output, y[i] is the mean of x from floor(i n / m) up to ceil((i + 1) n / m)
    (PyTorch's AdaptiveAvgPool2d).
    """

    kind = "adaptive_avg_pool2d"
    title = "AdaptiveAvgPool2d"
    category = "Pooling"
    summary = "Makes images of any size one size; keeps the mean of every part."
    prefix = "pool"
    keeps_probabilities = True

    output_size: Annotated[tuple[int, int], PerAxis(IMAGE_AXES, 1, LARGEST_WINDOW)] = Field(
        default=(1, 1), description="Height and width of the output.", json_schema_extra={"unit": "px"}
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        expect_axes(inputs[0], 2)
        return image(inputs[0].channels, *self.output_size)

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (call("nn.AdaptiveAvgPool2d", short(self.output_size)),)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        alone = set(self.output_size) == {1}  # a mean, which needs nothing
        return Saved() if alone else Saved(inputs=(0,))

    def details(self) -> str:
        return sizes_text(self.output_size)
