"""MaxPool3d: pooling by the maximum."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer.blocks import _pool as fields
from designer.core.graph.registry import register
from designer.core.schema.fields import KernelSize3d, Padding3d, PoolStride3d


@register
class MaxPool3d(fields.MaxPool):
    """Keeps the largest number of each window of each channel of a volume.

    y = max of x over the window (PyTorch's MaxPool3d); what is added around is −∞.
    """

    kind = "max_pool3d"
    title = "MaxPool3d"
    summary = "Shrinks each channel of a volume; keeps the largest number of every window."
    dims: ClassVar[int] = 3
    module = "nn.MaxPool3d"

    kernel_size: KernelSize3d = fields.kernel_size(3)
    stride: PoolStride3d = fields.stride(3)
    padding: Padding3d = fields.padding(3)
    padding_rule: Literal["explicit", "same"] = fields.padding_rule()
