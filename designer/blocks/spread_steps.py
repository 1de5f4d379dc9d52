"""SpreadSteps: steps that a Masking has moved together, back in their places."""

from __future__ import annotations

from typing import Literal

from designer.blocks._sequence import expect_steps
from designer.core.graph.block import Block, Saved
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, function
from designer.core.schema.fields import choice, real
from designer.core.schema.shape import INDEX_BYTES, Shape


@register
class SpreadSteps(Block):
    """y_t = x_k for the k-th step t of the sequence at `by` that has a number other than mask_value.

    The opposite of a Masking that leaves out steps anywhere. In all other places stands the fill: a number, or the step
    before, which is what Keras's recurrent layers give there. In front of the first step stands the number as well.
    All steps count from here on.
    """

    kind = "spread_steps"
    title = "SpreadSteps"
    category = "Sequence"
    summary = "Puts steps that a Masking has moved together back into their places."
    prefix = "spread_steps"
    inputs = ("in", "by")
    keeps_probabilities = True

    mask_value: float = real(0.0, "Steps of `by` that hold nothing but this number take the fill.", low=-1e9, high=1e9)
    fill: Literal["number", "last"] = choice(
        "number", "What stands in the other places: the value, or the step before."
    )
    value: float = real(0.0, "The number that stands in the other places.", low=-1e9, high=1e9)

    def output_shape(self, *inputs: Shape) -> Shape:
        for port, shape in enumerate(inputs):
            expect_steps(shape, port)
        return inputs[0].with_size(0, inputs[1].sizes[0])

    def forward(self, *inputs: Ref) -> Expr:
        x, by = inputs
        before = () if by.lengths is None else (by.lengths,)
        return function("spread_steps", x, by, self.mask_value, self.fill == "last", self.value, *before)

    def lengths(self, *inputs: Ref) -> Expr | None:
        return inputs[1].lengths

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # Where each step comes from, and whether it is filled; tokens have no gradients.
        return Saved(inside=0 if inputs[0].is_tokens else (INDEX_BYTES + 1) * inputs[1].fixed_sizes[0])

    def details(self) -> str:
        return "fill = " + (self.fill if self.fill == "last" else f"{self.value:g}")
