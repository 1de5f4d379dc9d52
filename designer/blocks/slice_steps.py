"""SliceSteps: a part of a sequence."""

from __future__ import annotations

from typing import Any

from designer.blocks._sequence import expect_steps
from designer.core.graph.block import Block, RepairHint, Saved, ShapeError
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, function
from designer.core.schema.fields import MAX_SIZE, whole
from designer.core.schema.shape import INDEX_BYTES, Shape


@register
class SliceSteps(Block):
    """y = x[start : stop : step], counted from 0 without `stop` itself, as Python does; negative ones from the end.

    Where lengths differ, each sequence is cut by its own; of one that is too short, the nearest step is kept.
    """

    kind = "slice_steps"
    title = "SliceSteps"
    category = "Sequence"
    summary = "Takes some of the steps of a sequence."
    prefix = "slice"
    keeps_probabilities = True

    start: int = whole(0, "The first step that is taken; −3 is the third last.", low=-MAX_SIZE, unit="steps")
    stop: int = whole(0, "The step before which it ends; −1 leaves out the last, 0 goes to the end.", low=-MAX_SIZE)
    step: int = whole(1, "2 takes every second step, 3 every third.", low=1, unit="steps")

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_steps(shape)
        length = shape.sizes[0]
        if length is None:
            self._expect_order()
            return shape
        taken = len(range(length)[self._slice])
        if not taken:
            self._refuse(f"no step of {length} is from {self.start} on and before {self.stop or 'the end'}")
        return shape.with_size(0, taken)

    @property
    def _slice(self) -> slice:
        return slice(self.start, self.stop or None, None if self.step == 1 else self.step)

    def _expect_order(self) -> None:
        """Where both count from the same end, the first comes first."""
        same_end = (self.start < 0) == (self.stop <= 0)
        if same_end and self.start >= self.stop:
            self._refuse(f"no step is from {self.start} on and before {self.stop or 'the end'}")

    def _refuse(self, reason: str) -> None:
        everything: dict[str, Any] = {"name": "stop", "value": 0}
        raise ShapeError(reason, "let start be before stop", [RepairHint("set", **everything)], field="stop")

    def forward(self, *inputs: Ref) -> Expr:
        x = inputs[0]
        if x.lengths is None:
            return x[:, self._slice]
        return function("sliced_steps", x, x.lengths, self.start, self.stop, *self._every)

    def lengths(self, *inputs: Ref) -> Expr | None:
        own = inputs[0].lengths
        return None if own is None else function("sliced_lengths", own, self.start, self.stop, *self._every)

    @property
    def _every(self) -> tuple[int, ...]:
        return () if self.step == 1 else (self.step,)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # The steps of sequences that differ in length are picked one by one, and their places are kept.
        return Saved(inside=INDEX_BYTES * inputs[0].fixed_sizes[0]) if padded else Saved(view=True)

    def details(self) -> str:
        return f"[{self.start or ''}:{self.stop or ''}{f':{self.step}' if self.step > 1 else ''}]"
