"""UnitNorm: each row of features with a length of 1."""

from __future__ import annotations

from designer.core.graph.block import Block, Saved, expect_numbers
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, function
from designer.core.schema.shape import Shape


@register
class UnitNorm(Block):
    """y = x / ‖x‖₂, over the features of each step: what is left is the direction, as a cosine compares it.

    Of an image: over the channels of each pixel. Zeros stay zeros (Keras's UnitNormalization; PyTorch's F.normalize).
    """

    kind = "unit_norm"
    title = "UnitNorm"
    category = "Normalisation"
    summary = "Divides the features of each sample, at each step, by their length, so that only the direction counts."
    prefix = "norm"

    def output_shape(self, *inputs: Shape) -> Shape:
        expect_numbers(inputs[0])
        return inputs[0]

    def forward(self, *inputs: Ref) -> Expr:
        return function("F.normalize", inputs[0], dim=inputs[0].shape.channel_axis + 1)

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].elements

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # And the length of what is divided by it, twice.
        return Saved(inputs=(0,), inside=2 * inputs[0].bytes // inputs[0].channels)
