"""Masking: finds where padded sequences end."""

from __future__ import annotations

from designer.blocks._sequence import expect_steps
from designer.core.block import Block
from designer.core.expr import Expr, Ref, function, with_lengths
from designer.core.fields import real
from designer.core.registry import register
from designer.core.shape import Shape


@register
class Masking(Block):
    """l = max(t | x_t ≠ mask_value), the length: a sequence ends with its last step that has another number in it.

    What lies behind is padding, and changes no result from here on. At least one step stays. Steps in the middle
    that are all mask_value stay as well, unlike in Keras, where recurrent layers leave them out.
    """

    kind = "masking"
    title = "Masking"
    category = "Sequence"
    summary = "Finds the end of sequences that were padded to one length, so that padding changes no result."
    prefix = "masking"

    mask_value: float = real(0.0, "Steps at the end that hold nothing but this number are padding.", low=-1e9, high=1e9)

    def output_shape(self, *inputs: Shape) -> Shape:
        expect_steps(inputs[0])
        return inputs[0].with_size(0, None)

    def forward(self, *inputs: Ref) -> Expr:
        x = inputs[0]
        before = () if x.lengths is None else (x.lengths,)
        return with_lengths(x, function("used_lengths", x, self.mask_value, *before))

    def details(self) -> str:
        return f"padding = {self.mask_value:g}"
