"""PadSteps: sequences of different lengths at one length."""

from __future__ import annotations

from typing import Literal

from designer.blocks._sequence import expect_steps
from designer.core.graph.block import Block, Saved
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, function
from designer.core.schema.fields import choice, whole
from designer.core.schema.shape import INDEX_BYTES, Shape
from designer.core.schema.units import plural


@register
class PadSteps(Block):
    """y_t = x_t up to a sequence's end, and the fill behind it: every sequence has n steps, and all of them count.

    Longer sequences are cut after n steps. From here on padding is as real as any step, which is what convolutions and
    poolings in Keras see behind a mask.
    """

    kind = "pad_steps"
    title = "PadSteps"
    category = "Sequence"
    summary = "Brings sequences to one length: steps are added behind their ends, or cut off."
    prefix = "pad_steps"
    keeps_probabilities = True

    n: int = whole(10, "Steps that every sequence has then.", unit="steps")
    fill: Literal["zeros", "last"] = choice("zeros", "What is added: steps of zeros, or the last step again.")

    def output_shape(self, *inputs: Shape) -> Shape:
        expect_steps(inputs[0])
        return inputs[0].with_size(0, self.n)

    def forward(self, *inputs: Ref) -> Expr:
        x = inputs[0]
        name = "ended_by_zeros" if self.fill == "zeros" else "ended_by_the_last"
        return function(name, x, self.n, *(() if x.lengths is None else (x.lengths,)))

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # The place of each step, and whether it is filled; tokens have no gradients.
        return Saved(inside=0 if inputs[0].is_tokens else (INDEX_BYTES + 1) * self.n)

    def details(self) -> str:
        return plural(self.n, "step")
