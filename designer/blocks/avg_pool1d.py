"""AvgPool1d: pooling by the mean."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer.blocks import _pool as fields
from designer.core.graph.registry import register


@register
class AvgPool1d(fields.AvgPool):
    """Keeps the mean of each window of each feature of a sequence.

    y = (Σ x over the window) / kernel_size (PyTorch's AvgPool1d); zeros of an explicit padding count. With
    padding_rule same the divisor is how many numbers are not padding, as in TensorFlow. A sequence shorter than
    the window is filled up with zeros.
    """

    kind = "avg_pool1d"
    title = "AvgPool1d"
    summary = "Shortens a sequence; keeps the mean of every window."
    dims: ClassVar[int] = 1
    module = "nn.AvgPool1d"

    kernel_size: int = fields.kernel_size(1)
    stride: int = fields.stride(1)
    padding: int = fields.padding(1)
    padding_rule: Literal["explicit", "same"] = fields.padding_rule()
