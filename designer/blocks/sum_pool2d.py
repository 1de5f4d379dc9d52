"""SumPool2d: pooling by the sum."""

from __future__ import annotations

from designer.blocks._pool import Pool2d
from designer.core.block import Call, call
from designer.core.registry import register
from designer.core.shape import Shape


@register
class SumPool2d(Pool2d):
    """Keeps the sum of each window: torch's mean, divided by 1 instead of by the window's size."""

    kind = "sum_pool2d"
    title = "SumPool2d"
    summary = "Shrinks each feature map; keeps the sum of every window."

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (call("nn.AvgPool2d", **self.arguments(), divisor_override=1),)
