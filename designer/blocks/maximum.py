"""Maximum: the largest of values."""

from __future__ import annotations

from designer.blocks._merge import Merge, aligned, bytes_between
from designer.core.graph.registry import register
from designer.core.graph.saved import Saved
from designer.core.ir.expr import Expr, Ref, function
from designer.core.schema.shape import Shape


@register
class Maximum(Merge):
    """y = max(x_1, x_2, …), number by number (maxout, Goodfellow et al. 2013)."""

    kind = "maximum"
    title = "Maximum"
    summary = "Keeps the largest of values, number by number."
    prefix = "maximum"
    keeps_probabilities = True

    def forward(self, *inputs: Ref) -> Expr:
        value, *others = aligned(inputs)
        for other in others:
            value = function("torch.maximum", value, other)
        return value

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(inputs=tuple(range(self.count)), inside=bytes_between(inputs))
