"""AvgPool2d: pooling by the mean."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer.blocks import _pool as fields
from designer.core.graph.registry import register
from designer.core.schema.fields import KernelSize2d, Padding2d, PoolStride2d


@register
class AvgPool2d(fields.AvgPool):
    """Keeps the mean of each window of each feature map.

    y = (Σ x over the window) / (height × width of the window) (PyTorch's AvgPool2d); zeros of an explicit
    padding count. With padding_rule same the divisor is how many numbers are not padding, as in TensorFlow.
    """

    kind = "avg_pool2d"
    title = "AvgPool2d"
    summary = "Shrinks each feature map; keeps the mean of every window."
    dims: ClassVar[int] = 2
    module = "nn.AvgPool2d"

    kernel_size: KernelSize2d = fields.kernel_size(2)
    stride: PoolStride2d = fields.stride(2)
    padding: Padding2d = fields.padding(2)
    padding_rule: Literal["explicit", "same"] = fields.padding_rule()
