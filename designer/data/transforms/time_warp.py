"""Time warp: sequences that go slower or faster."""

from __future__ import annotations

from designer.core.schema.fields import real
from designer.core.schema.shape import Shape
from designer.data.transforms.base import SEQUENCES, Transform


class TimeWarp(Transform):
    """Each sequence a little slower or faster."""

    kind = "time_warp"
    title = "Time warp"
    summary = "Lets each sequence go a little slower or faster."
    function = "random_time_warp"
    axes = SEQUENCES

    share: float = real(0.1, "Share by which it is slower or faster at most.", low=0.0, high=0.9)

    def suits(self, shape: Shape) -> bool:
        """Sequences of one length: what stands behind shorter ones would come in."""
        return super().suits(shape) and not shape.varies


TRANSFORM = TimeWarp
