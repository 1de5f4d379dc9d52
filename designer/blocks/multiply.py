"""Multiply: the product of values, as in a gate."""

from __future__ import annotations

from designer.blocks._merge import Merge, bytes_between, folded
from designer.core.graph.registry import register
from designer.core.graph.saved import Saved
from designer.core.ir.expr import Expr, Ref
from designer.core.schema.shape import Shape


@register
class Multiply(Merge):
    """y = x_1 · x_2 · …, number by number: with a sigmoid on one side, a gate."""

    kind = "multiply"
    title = "Multiply"
    summary = "Multiplies values number by number; a gate, with a sigmoid on one side."
    prefix = "multiply"

    def forward(self, *inputs: Ref) -> Expr:
        return folded(inputs, "*")

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(inputs=tuple(range(self.count)), inside=bytes_between(inputs))
