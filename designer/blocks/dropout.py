"""Dropout: forgets at random while training."""

from __future__ import annotations

from designer.core.graph.block import Block, Call, Saved, call
from designer.core.graph.registry import register
from designer.core.schema.fields import real
from designer.core.schema.shape import Shape


@register
class Dropout(Block):
    """Sets each number to zero with probability p while training, and scales the rest by 1 / (1 − p).

    Does nothing outside training (Srivastava et al. 2014).
    """

    kind = "dropout"
    title = "Dropout"
    category = "Regularisation"
    summary = "Sets numbers to zero at random while training, so that no unit is relied on."
    prefix = "dropout"
    keeps_probabilities = True

    p: float = real(0.5, "Share of the numbers that are set to zero.", low=0.0, high=0.99)

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (call("nn.Dropout", self.p),)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # What each number was multiplied by.
        return Saved(inside=inputs[0].bytes) if self.p else Saved(view=True)

    def details(self) -> str:
        return f"p = {self.p:g}"
