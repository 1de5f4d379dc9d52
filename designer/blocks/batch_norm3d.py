"""BatchNorm3d: keeps the channels of volumes at one scale."""

from __future__ import annotations

from designer.blocks._norm import BatchNorm, expect_channels
from designer.core.graph.block import VOLUME, Call, call
from designer.core.graph.registry import register
from designer.core.schema.shape import Shape


@register
class BatchNorm3d(BatchNorm):
    """y = γ (x − mean) / sqrt(var + eps) + β for each channel of volumes, over the batch (Ioffe, Szegedy 2015)."""

    kind = "batch_norm3d"
    title = "BatchNorm3d"
    summary = "Brings each channel of volumes to mean 0 and variance 1 over the batch, then scales it."

    def output_shape(self, *inputs: Shape) -> Shape:
        expect_channels(inputs[0], "volumes", (VOLUME,))
        return inputs[0]

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (call("nn.BatchNorm3d", inputs[0].channels, **self.arguments()),)
