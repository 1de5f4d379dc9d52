"""MaxPool2d: pooling by the maximum."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer.blocks import _pool as fields
from designer.core.graph.registry import register
from designer.core.schema.fields import KernelSize2d, Padding2d, PoolStride2d


@register
class MaxPool2d(fields.MaxPool):
    """Keeps the largest number of each window of each feature map.

    y = max of x over the window (PyTorch's MaxPool2d); what is added around is −∞.
    """

    kind = "max_pool2d"
    title = "MaxPool2d"
    summary = "Shrinks each feature map; keeps the largest number of every window."
    dims: ClassVar[int] = 2
    module = "nn.MaxPool2d"

    kernel_size: KernelSize2d = fields.kernel_size(2)
    stride: PoolStride2d = fields.stride(2)
    padding: Padding2d = fields.padding(2)
    padding_rule: Literal["explicit", "same"] = fields.padding_rule()
