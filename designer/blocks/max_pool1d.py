"""MaxPool1d: pooling by the maximum."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer.blocks import _pool as fields
from designer.core.graph.registry import register


@register
class MaxPool1d(fields.MaxPool):
    """Keeps the largest number of each window of each feature of a sequence.

    y = max of x over the window (PyTorch's MaxPool1d); what is added around is −∞.
    """

    kind = "max_pool1d"
    title = "MaxPool1d"
    summary = "Shortens a sequence; keeps the largest number of every window."
    dims: ClassVar[int] = 1
    module = "nn.MaxPool1d"

    kernel_size: int = fields.kernel_size(1)
    stride: int = fields.stride(1)
    padding: int = fields.padding(1)
    padding_rule: Literal["explicit", "same"] = fields.padding_rule()
