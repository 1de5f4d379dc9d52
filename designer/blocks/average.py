"""Average: the mean of values."""

from __future__ import annotations

from designer.blocks._merge import Merge, folded
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref


@register
class Average(Merge):
    """y = (x_1 + x_2 + …) / n, number by number."""

    kind = "average"
    title = "Average"
    summary = "Takes the mean of values, number by number."
    prefix = "average"
    keeps_probabilities = True

    def forward(self, *inputs: Ref) -> Expr:
        return folded(inputs, "+") / self.count
