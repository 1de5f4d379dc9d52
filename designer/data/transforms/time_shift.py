"""Time shift: sequences that begin earlier or later."""

from __future__ import annotations

from designer.core.schema.fields import whole
from designer.core.schema.shape import Shape
from designer.data.transforms.base import SEQUENCES, Transform


class TimeShift(Transform):
    """Each sequence a few steps earlier or later."""

    kind = "time_shift"
    title = "Time shift"
    summary = "Moves each sequence by a few steps in time."
    function = "random_time_shift"
    axes = SEQUENCES

    steps: int = whole(4, "Steps that a sequence is moved at most, either way.", unit="steps")

    def suits(self, shape: Shape) -> bool:
        """Sequences of one length: what stands behind shorter ones would come in."""
        return super().suits(shape) and not shape.varies


TRANSFORM = TimeShift
