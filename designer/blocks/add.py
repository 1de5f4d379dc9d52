"""Add: the sum of values, as in a residual connection."""

from __future__ import annotations

from designer.blocks._merge import Merge, folded
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref


@register
class Add(Merge):
    """y = x_1 + x_2 + … (as in the residual connections of He et al. 2016)."""

    kind = "add"
    title = "Add"
    summary = "Adds values number by number; the end of a residual connection."
    prefix = "add"
    keeps_probabilities = True

    def forward(self, *inputs: Ref) -> Expr:
        return folded(inputs, "+")
