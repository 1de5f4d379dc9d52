"""Masking: finds where padded sequences end, or which of their steps count."""

from __future__ import annotations

from typing import Literal

from designer.blocks._merge import aligned
from designer.blocks._sequence import expect_steps
from designer.core.graph.block import Block, Saved, WrongInputError
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, function, with_lengths
from designer.core.schema.fields import choice, real
from designer.core.schema.shape import INDEX_BYTES, Shape


@register
class Masking(Block):
    """l = max(t | x_t ≠ mask_value), the length: a sequence ends with its last step that has another number in it.

    What lies behind is padding, and changes no result from here on. At least one step stays. Steps in front or in the
    middle that are all mask_value stay as well; with `where` set to anywhere they are left out, too, and the others
    move together, which is what Keras's recurrent layers see of a mask.

    The port `by` takes another sequence of the same length, the tokens in front of an embedding say: its numbers then
    tell the steps that count.
    """

    kind = "masking"
    title = "Masking"
    category = "Sequence"
    summary = "Finds the end of sequences that were padded to one length, so that padding changes no result."
    prefix = "masking"
    inputs = ("in", "by")
    optional = ("by",)
    keeps_probabilities = True

    mask_value: float = real(0.0, "Steps that hold nothing but this number are padding.", low=-1e9, high=1e9)
    where: Literal["end", "anywhere"] = choice(
        "end",
        "End leaves out padding behind a sequence; anywhere also steps in front and between, closing the gaps.",
    )

    @property
    def moves_steps(self) -> bool:
        return self.where == "anywhere"

    def output_shape(self, *inputs: Shape) -> Shape:
        for port, shape in enumerate(inputs):
            expect_steps(shape, port)
        if len({shape.sizes[0] for shape in inputs}) > 1:
            raise WrongInputError(
                f"takes two sequences of the same length, but has {inputs[0]} and {inputs[1]}",
                "connect what the first sequence was made of",
                port=1,
            )
        return inputs[0].with_size(0, None)

    def forward(self, *inputs: Ref) -> Expr:
        x, by = inputs[0], aligned(inputs)[-1]
        before = () if x.lengths is None else (x.lengths,)
        if self.where == "end":
            return with_lengths(x, function("used_lengths", by, self.mask_value, *before))
        kept = function("kept_steps", x, by, self.mask_value, *before)
        return with_lengths(kept, function("kept_lengths", by, self.mask_value, *before))

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # The steps that are left are picked one by one, and their places are kept.
        return Saved(inside=INDEX_BYTES * inputs[0].fixed_sizes[0]) if self.where == "anywhere" else Saved(view=True)

    def details(self) -> str:
        return f"padding = {self.mask_value:g}" + (" anywhere" if self.where == "anywhere" else "")
