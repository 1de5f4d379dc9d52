"""ELU: a ReLU that goes on smoothly below zero, down to a floor of your choice."""

from __future__ import annotations

from designer.core.graph.block import Block, Call, Saved, call, expect_numbers
from designer.core.graph.registry import register
from designer.core.schema.fields import real
from designer.core.schema.shape import Shape


@register
class ELU(Block):
    """y = max(x, 0) + alpha · (exp(min(x, 0)) − 1): never below −alpha (Clevert, Unterthiner, Hochreiter 2016).

    A mean nearer to zero than that of a ReLU lets networks learn faster. The Activation with the function elu has
    alpha = 1.
    """

    kind = "elu"
    title = "ELU"
    category = "Activation"
    summary = "Passes positive numbers on, and brings negative ones smoothly down to a floor of your choice."
    prefix = "elu"

    alpha: float = real(1.0, "How far below zero it goes at most.", low=0.0, high=100.0)

    def output_shape(self, *inputs: Shape) -> Shape:
        expect_numbers(inputs[0])
        return inputs[0]

    @property
    def hands_on_probabilities(self) -> bool:
        return True  # it does nothing to numbers from 0 to 1

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (call("nn.ELU", self.alpha),)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(inputs=(0,))

    def details(self) -> str:
        return f"alpha {self.alpha:g}"
