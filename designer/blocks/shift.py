"""Shift: every step later."""

from __future__ import annotations

from designer.blocks._sequence import expect_steps
from designer.core.graph.block import Block, RepairHint, ShapeError
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, function
from designer.core.schema.fields import real, whole
from designer.core.schema.shape import Shape


@register
class Shift(Block):
    """y_t = x_(t − n), and `value` for the first n steps; the length stays, so the last n steps fall out.

    Shifted by one, targets become what a decoder reads while it learns: at each step the right answer of the step
    before (teacher forcing; Williams, Zipser 1989). At prediction it reads them as well: a score so measured says
    how good each next step is, not how good a whole sequence would be that the network had to write alone.
    """

    kind = "shift"
    title = "Shift"
    category = "Sequence"
    summary = "Delays a sequence by n steps, so that a decoder reads the step before (teacher forcing)."
    prefix = "shift"
    keeps_probabilities = True

    n: int = whole(1, "How many steps later.", unit="steps")
    value: float = real(0.0, "What stands in front: for tokens, the number of a start token.", low=-1e9, high=1e9)

    @property
    def moves_steps(self) -> bool:
        return True

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_steps(shape)
        length = shape.sizes[0]
        if length is not None and self.n >= length:
            raise ShapeError(
                f"shifts by {self.n}, so that nothing is left of sequences of {length}",
                f"set n to less than {length}",
                [RepairHint("set", name="n", value=1)] if length > 1 else [],
                field="n",
            )
        if shape.is_tokens and (self.value < 0 or not self.value.is_integer()):
            raise ShapeError(
                f"tokens are whole numbers from 0, but value is {self.value:g}",
                "give the number of a token",
                [RepairHint("set", name="value", value=0.0)],
                field="value",
            )
        return shape

    def forward(self, *inputs: Ref) -> Expr:
        value = int(self.value) if inputs[0].shape.is_tokens else self.value
        return function("shifted_steps", inputs[0], self.n, value)

    def details(self) -> str:
        return f"by {self.n}" + (f" · value {self.value:g}" if self.value else "")
