"""MaxPool2d: pooling by the maximum."""

from __future__ import annotations

from designer.blocks._pool import Pool2d
from designer.core.block import Call, call
from designer.core.registry import register
from designer.core.shape import Shape


@register
class MaxPool2d(Pool2d):
    """Keeps the largest number of each window."""

    kind = "max_pool2d"
    title = "MaxPool2d"
    summary = "Shrinks each feature map; keeps the largest number of every window."

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (call("nn.MaxPool2d", **self.arguments()),)
