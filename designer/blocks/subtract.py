"""Subtract: the difference of values."""

from __future__ import annotations

from designer.blocks._merge import Merge, folded
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref


@register
class Subtract(Merge):
    """y = x_1 − x_2 − …, number by number."""

    kind = "subtract"
    title = "Subtract"
    summary = "Takes the other values away from the first, number by number."
    prefix = "subtract"

    def forward(self, *inputs: Ref) -> Expr:
        return folded(inputs, "-")
