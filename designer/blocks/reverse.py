"""Reverse: a sequence from its end to its beginning."""

from __future__ import annotations

from designer.blocks._sequence import expect_steps
from designer.core.graph.block import Saved
from designer.core.graph.registry import register
from designer.core.graph.roles import ReversingBlock
from designer.core.ir.expr import Expr, Ref, function
from designer.core.schema.shape import INDEX_BYTES, Shape


@register
class Reverse(ReversingBlock):
    """y_t = x_(l + 1 − t), where l is the sequence's own length: padding stays at the end."""

    kind = "reverse"
    title = "Reverse"
    category = "Sequence"
    summary = "Turns each sequence around, by its own length."
    prefix = "reverse"
    keeps_probabilities = True

    @property
    def moves_steps(self) -> bool:
        return True

    def output_shape(self, *inputs: Shape) -> Shape:
        expect_steps(inputs[0])
        return inputs[0]

    def forward(self, *inputs: Ref) -> Expr:
        x = inputs[0]
        return x.flip(1) if x.lengths is None else function("reversed_steps", x, x.lengths)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(inside=INDEX_BYTES * inputs[0].fixed_sizes[0] if padded else 0)  # the place of each step
