"""BatchNorm2d: keeps feature maps at one scale."""

from __future__ import annotations

from designer.blocks._norm import BatchNorm
from designer.blocks._window import expect_image
from designer.core.graph.block import Call, call
from designer.core.graph.registry import register
from designer.core.schema.shape import Shape


@register
class BatchNorm2d(BatchNorm):
    """y = γ (x − mean) / sqrt(var + eps) + β for each channel, over the batch (Ioffe, Szegedy 2015)."""

    kind = "batch_norm2d"
    title = "BatchNorm2d"
    summary = "Brings each feature map to mean 0 and variance 1 over the batch, then scales it by learned numbers."

    def output_shape(self, *inputs: Shape) -> Shape:
        expect_image(inputs[0])
        return inputs[0]

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (call("nn.BatchNorm2d", inputs[0].channels, **self.arguments()),)
