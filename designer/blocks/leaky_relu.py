"""LeakyReLU: a ReLU that lets a little of negative numbers through."""

from __future__ import annotations

from designer.core.graph.block import Block, Call, Saved, call, expect_numbers
from designer.core.graph.registry import register
from designer.core.schema.fields import real
from designer.core.schema.shape import Shape


@register
class LeakyReLU(Block):
    """y = max(x, 0) + negative_slope · min(x, 0): no unit dies for good (Maas, Hannun, Ng 2013)."""

    kind = "leaky_relu"
    title = "LeakyReLU"
    category = "Activation"
    summary = "Passes positive numbers on, and negative ones made small by a factor of your choice."
    prefix = "leaky_relu"
    keeps_probabilities = True

    negative_slope: float = real(0.01, "What negative numbers are multiplied by.", low=0.0, high=1.0)

    def output_shape(self, *inputs: Shape) -> Shape:
        expect_numbers(inputs[0])
        return inputs[0]

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (call("nn.LeakyReLU", self.negative_slope),)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(inputs=(0,))

    def details(self) -> str:
        return f"slope {self.negative_slope:g}"
