"""What the global poolings share: from any number of places to one number for each channel."""

from __future__ import annotations

from typing import ClassVar

from designer.core.graph.block import Block, WrongInputError
from designer.core.ir.expr import Expr, Ref, function
from designer.core.schema.shape import Shape, features


class GlobalPool(Block):
    """L×F, C×H×W or C×D×H×W to features."""

    category = "Pooling"
    prefix = "pool"
    method: ClassVar[str]
    """The method of tensors that reduces axes."""
    behind: ClassVar[float] = 0.0
    """What stands behind a sequence's end, so that it changes nothing."""

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if not (shape.is_sequence or shape.is_spatial):
            raise WrongInputError(
                "takes sequences (N×L×F), images or volumes", "connect a block that gives one of them"
            )
        return features(shape.channels)

    def forward(self, *inputs: Ref) -> Expr:
        (x,) = inputs
        if x.lengths is not None:
            return self.over_own_steps(x, x.lengths)
        axes = 1 if x.shape.is_sequence else tuple(range(2, x.shape.rank + 1))
        return self.reduced(x, axes)

    def over_own_steps(self, x: Ref, lengths: Expr) -> Expr:
        """Over the steps of each of sequences of unequal length."""
        fill = {} if self.behind == 0 else {"value": self.behind}
        return self.reduced(function("filled_behind", x, lengths, **fill), 1)

    def reduced(self, x: Expr, axes: int | tuple[int, ...]) -> Expr:
        """One number of all along the axes."""
        reduced: Expr = getattr(x, self.method)(dim=axes)
        return reduced
