"""GlobalSumPool: one number for each channel, the sum."""

from __future__ import annotations

from designer.blocks._global_pool import GlobalPool
from designer.core.graph.registry import register


@register
class GlobalSumPool(GlobalPool):
    """Keeps the sum of each channel, or of each feature along a sequence, wherever it stands.

    y = Σ x over all places; over sequences of unequal length, over the steps of each.
    """

    kind = "global_sum_pool"
    title = "GlobalSumPool"
    summary = "Makes one number of each channel, or of each feature along a sequence: the sum."
    method = "sum"
