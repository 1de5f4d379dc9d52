"""GaussianNoise: blurs what it passes on while training."""

from __future__ import annotations

from designer.core.graph.block import Block, Call, call
from designer.core.graph.registry import register
from designer.core.schema.fields import real
from designer.core.schema.shape import Shape


@register
class GaussianNoise(Block):
    """y = x + std · ε while training, with ε ~ N(0, 1) drawn anew for each number; does nothing outside training.

    Training with noise is like a penalty on how fast the output changes with the input (Bishop 1995).
    """

    kind = "gaussian_noise"
    title = "GaussianNoise"
    category = "Regularisation"
    summary = "Adds random numbers while training, so that small changes of the input matter little."
    prefix = "noise"
    keeps_probabilities = True

    std: float = real(0.1, "Standard deviation of the numbers that are added.", low=0.0, high=1000.0)

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (call("GaussianNoise", self.std),)

    def details(self) -> str:
        return f"std {self.std:g}"
