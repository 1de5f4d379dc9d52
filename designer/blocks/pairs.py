"""Pairs: every step beside every other one."""

from __future__ import annotations

from math import isqrt

from designer.blocks._sequence import expect_sequence
from designer.core.graph.block import Block, RepairHint, Saved, ShapeError
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, function
from designer.core.schema.fields import MAX_SIZE
from designer.core.schema.shape import INDEX_BYTES, Shape, sequence


@register
class Pairs(Block):
    """y_(i, j) = (x_i, x_j) for all i and j: what a relation network looks at (Santoro et al. 2017).

    A sequence of L objects gives L² pairs, in the order (1, 1), (1, 2), …, (L, L), with the features of both.
    """

    kind = "pairs"
    title = "Pairs"
    category = "Sequence"
    summary = "Puts every step beside every step, as relation networks need it."
    prefix = "pairs"
    keeps_probabilities = True

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_sequence(shape)
        length = shape.sizes[0]
        if length is not None and length**2 > MAX_SIZE:
            mends = [RepairHint("insert", kind="slice_steps", params={"stop": isqrt(MAX_SIZE)})]
            raise ShapeError(
                f"{length} steps have {length**2} pairs, more than {MAX_SIZE}", "give it a shorter sequence", mends
            )
        return sequence(None if length is None else length**2, 2 * shape.last)

    def forward(self, *inputs: Ref) -> Expr:
        x = inputs[0]
        if x.lengths is not None:
            return function("pairs_of_steps", x, x.lengths)
        length = x.shape.fixed_sizes[0]
        return function("torch.cat", [x.repeat_interleave(length, dim=1), x.repeat(1, length, 1)], dim=-1)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # Where lengths differ, pairs are picked, and the places of both steps are kept.
        return Saved(inside=2 * INDEX_BYTES * inputs[0].fixed_sizes[0] ** 2 if padded else 0)

    def lengths(self, *inputs: Ref) -> Expr | None:
        return None if inputs[0].lengths is None else inputs[0].lengths.square()
