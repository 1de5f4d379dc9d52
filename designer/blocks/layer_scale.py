"""LayerScale: a learned factor for each channel."""

from __future__ import annotations

from designer.blocks._norm import channels_last
from designer.core.graph.block import Block, Saved, call, expect_numbers
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, module
from designer.core.schema.fields import real
from designer.core.schema.shape import Shape


@register
class LayerScale(Block):
    """y = γ x with a learned γ for each channel, small at first, at the end of a residual branch (Touvron et al. 2021).

    Of sequences and features, for each feature.
    """

    kind = "layer_scale"
    title = "LayerScale"
    category = "Normalisation"
    summary = "Multiplies each channel by a learned number that begins small, so that deep residual networks settle."
    prefix = "scale"

    initial: float = real(1e-6, "What each factor is at first.", low=0.0, high=10.0)

    def output_shape(self, *inputs: Shape) -> Shape:
        expect_numbers(inputs[0])
        return inputs[0]

    def forward(self, *inputs: Ref) -> Expr:
        return channels_last(module(call("LayerScale", inputs[0].shape.channels, self.initial)), inputs[0])

    def parameter_count(self, *inputs: Shape) -> int:
        return inputs[0].channels

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].elements

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(inputs=(0,))

    def details(self) -> str:
        return f"from {self.initial:g}"
