"""SumPool2d: pooling by the sum."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer.blocks import _pool as fields
from designer.blocks._window import Sizes
from designer.core.graph.block import Call, call
from designer.core.graph.registry import register
from designer.core.schema.fields import KernelSize2d, Padding2d, PoolStride2d


@register
class SumPool2d(fields.Pool):
    """Keeps the sum of each window of each feature map: torch's mean, not divided by the window's size.

    y = Σ x over the window; padding is 0.
    """

    kind = "sum_pool2d"
    title = "SumPool2d"
    summary = "Shrinks each feature map; keeps the sum of every window."
    dims: ClassVar[int] = 2
    module = "nn.AvgPool2d"

    kernel_size: KernelSize2d = fields.kernel_size(2)
    stride: PoolStride2d = fields.stride(2)
    padding: Padding2d = fields.padding(2)
    padding_rule: Literal["explicit", "same"] = fields.padding_rule()

    def pool(self, padding: Sizes) -> Call:
        return call(self.module, **self.arguments(padding), divisor_override=1)
