"""BoundedReLU: a ReLU with a ceiling, a threshold and a slope of your choice."""

from __future__ import annotations

from designer.core.graph.block import Block, Saved, expect_numbers
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, function
from designer.core.schema.fields import real
from designer.core.schema.shape import Shape


@register
class BoundedReLU(Block):
    """y = min(x, max_value) for x > threshold, and y = negative_slope · (x − threshold) below.

    With max_value = 6 the ReLU6 of small networks (Krizhevsky 2010); with a threshold alone the thresholded ReLU
    (Konda, Memisevic, Krueger 2015). The same as the layer ReLU of Keras.
    """

    kind = "bounded_relu"
    title = "BoundedReLU"
    category = "Activation"
    summary = "A ReLU with a ceiling, and a threshold below which numbers become zero or small."
    prefix = "bounded_relu"

    max_value: float = real(6.0, "The largest number that it gives; 0 for no ceiling.", low=0.0, high=1e6)
    threshold: float = real(0.0, "Only larger numbers pass.", low=0.0, high=1e6)
    negative_slope: float = real(0.0, "What is below the threshold is multiplied by this.", low=0.0, high=100.0)

    def output_shape(self, *inputs: Shape) -> Shape:
        expect_numbers(inputs[0])
        return inputs[0]

    @property
    def hands_on_probabilities(self) -> bool:
        return self.threshold == 0 and not 0 < self.max_value < 1

    def forward(self, *inputs: Ref) -> Expr:
        (x,) = inputs
        passed = function("F.threshold", x, self.threshold, 0.0)
        if self.max_value:
            passed = passed.clamp(max=self.max_value)
        if not self.negative_slope:
            return passed
        below = x - self.threshold if self.threshold else x
        return passed + below.clamp(max=0.0) * self.negative_slope

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        between = bool(self.max_value) + bool(self.negative_slope and self.threshold)
        return Saved(inputs=(0,), inside=between * inputs[0].bytes)

    def details(self) -> str:
        told = [f"max {self.max_value:g}" if self.max_value else "no ceiling"]
        told += [f"from {self.threshold:g}"] if self.threshold else []
        return " · ".join(told + ([f"slope {self.negative_slope:g}"] if self.negative_slope else []))
