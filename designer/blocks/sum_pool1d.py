"""SumPool1d: pooling by the sum."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer.blocks import _pool as fields
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref


@register
class SumPool1d(fields.Pool):
    """Keeps the sum of each window of each feature of a sequence: torch's mean, not divided by the window's size.

    y = Σ x over the window; padding is 0.
    """

    kind = "sum_pool1d"
    title = "SumPool1d"
    summary = "Shortens a sequence; keeps the sum of every window."
    dims: ClassVar[int] = 1
    module = "nn.AvgPool1d"

    kernel_size: int = fields.kernel_size(1)
    stride: int = fields.stride(1)
    padding: int = fields.padding(1)
    padding_rule: Literal["explicit", "same"] = fields.padding_rule()

    def pooled(self, x: Ref) -> Expr:
        return super().pooled(x) * self.kernel_size
