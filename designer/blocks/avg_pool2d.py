"""AvgPool2d: pooling by the mean."""

from __future__ import annotations

from designer.blocks._pool import Pool2d
from designer.core.block import Call, call
from designer.core.registry import register
from designer.core.shape import Shape


@register
class AvgPool2d(Pool2d):
    """Keeps the mean of each window; zeros of the padding count."""

    kind = "avg_pool2d"
    title = "AvgPool2d"
    summary = "Shrinks each feature map; keeps the mean of every window."

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (call("nn.AvgPool2d", **self.arguments()),)
