"""GlobalMaxPool: one number for each channel, the maximum."""

from __future__ import annotations

from designer.blocks._global_pool import GlobalPool
from designer.core.graph.registry import register
from designer.core.graph.saved import Saved
from designer.core.schema.shape import Shape


@register
class GlobalMaxPool(GlobalPool):
    """Keeps the largest number of each channel, or of each feature along a sequence, wherever it stands.

    y = max of x over all places; over sequences of unequal length, over the steps of each.
    """

    kind = "global_max_pool"
    title = "GlobalMaxPool"
    summary = "Makes one number of each channel, or of each feature along a sequence: the largest number."
    keeps_probabilities = True
    method = "amax"
    behind = float("-inf")

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # Of padded sequences, a copy without what lies behind the end.
        return Saved(outputs=(0,), inside=inputs[0].bytes) if padded else Saved((0,), (0,))
