"""Rescale: numbers of another size."""

from __future__ import annotations

from designer.core.graph.block import Block, Saved
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref
from designer.core.schema.fields import real
from designer.core.schema.shape import Shape

_MOST = 1e9


@register
class Rescale(Block):
    """y = scale · x + offset, number by number: pixels from 0 to 255 are in 0 to 1 after a scale of 1 / 255."""

    kind = "rescale"
    title = "Rescale"
    category = "Shape"
    summary = "Multiplies every number by one number and adds another; nothing is learned."
    prefix = "rescale"

    scale: float = real(1.0, "What every number is multiplied by.", low=-_MOST, high=_MOST)
    offset: float = real(0.0, "What is added to every number after that.", low=-_MOST, high=_MOST)

    @property
    def hands_on_probabilities(self) -> bool:
        return (self.scale, self.offset) == (1.0, 0.0)

    def forward(self, *inputs: Ref) -> Expr:
        value: Expr = inputs[0]
        if self.scale != 1.0:
            value = value * self.scale
        return value if self.offset == 0.0 else value + self.offset

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(view=(self.scale, self.offset) == (1.0, 0.0))  # fixed numbers: nothing to keep

    def details(self) -> str:
        return f"× {self.scale:g}" + (f" + {self.offset:g}" if self.offset else "")
