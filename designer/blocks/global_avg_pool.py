"""GlobalAvgPool: one number for each channel, the mean."""

from __future__ import annotations

from designer.blocks._global_pool import GlobalPool
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, function


@register
class GlobalAvgPool(GlobalPool):
    """Keeps the mean of each channel, or of each feature along a sequence, wherever it stands.

    y = mean of x over all places (Lin, Chen, Yan 2013); over sequences of unequal length, over the steps of each.
    """

    kind = "global_avg_pool"
    title = "GlobalAvgPool"
    summary = "Makes one number of each channel, or of each feature along a sequence: the mean."
    keeps_probabilities = True
    method = "mean"

    def over_own_steps(self, x: Ref, lengths: Expr) -> Expr:
        return function("mean_of_steps", x, lengths)
