"""GLU: half of the channels are gates for the others."""

from __future__ import annotations

from designer.core.graph.block import Block, Call, Saved, ShapeError, call, expect_numbers
from designer.core.graph.registry import register
from designer.core.schema.shape import Shape


@register
class GLU(Block):
    """y = a · sigmoid(b), where a is the first half of the channels, or features, and b the second.

    Each number has a gate that the network opens and closes by itself (Dauphin, Fan, Auli, Grangier 2017).
    """

    kind = "glu"
    title = "GLU"
    category = "Activation"
    summary = "Multiplies one half of the channels with gates made of the other half."
    prefix = "glu"

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_numbers(shape)
        if shape.channels % 2:
            noun = "channels" if "C" in shape.names else "features"
            raise ShapeError(
                f"needs an even number of {noun}, half of them for the gates, but has {shape.channels}",
                f"make the {noun} an even number",
            )
        return shape.with_size(shape.channel_axis, shape.channels // 2)

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        last = inputs[0].channel_axis == inputs[0].rank - 1
        return (call("nn.GLU", **({} if last else {"dim": inputs[0].channel_axis + 1})),)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(inputs=(0,))

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].elements // 2
