"""Subtract: the difference of values."""

from __future__ import annotations

from designer.blocks._merge import Merge, folded
from designer.core.expr import Expr, Ref
from designer.core.registry import register


@register
class Subtract(Merge):
    """y = x_1 − x_2 − …, number by number."""

    kind = "subtract"
    title = "Subtract"
    summary = "Takes the other values away from the first, number by number."
    prefix = "subtract"

    def forward(self, *inputs: Ref) -> Expr:
        return folded(inputs, "-")
