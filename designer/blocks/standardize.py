"""Standardize: each channel brought to one scale by numbers that are known beforehand."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from designer.blocks._norm import channels_last
from designer.core.graph.block import Block, RepairHint, ShapeError, call, expect_numbers
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, module
from designer.core.schema.fields import RealNumbers
from designer.core.schema.shape import Shape
from designer.core.schema.units import plural

_MOST = 16_384


@register
class Standardize(Block):
    """y = (x − mean) / std for each channel, with fixed numbers: those of the data that the network is to see.

    Of sequences and features, for each feature. One number stands for all of them.
    """

    kind = "standardize"
    title = "Standardize"
    category = "Normalisation"
    summary = "Takes a known mean away from each channel, and divides by a known deviation; nothing is learned."
    prefix = "standardize"

    mean: Annotated[tuple[float, ...], RealNumbers(-1e9, 1e9, _MOST)] = Field(
        default=(0.0,), description="What is taken away: one number for all channels, or one for each."
    )
    std: Annotated[tuple[float, ...], RealNumbers(1e-9, 1e9, _MOST)] = Field(
        default=(1.0,), description="What is divided by after that: one number for all channels, or one for each."
    )

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_numbers(shape)
        for name, numbers in (("mean", self.mean), ("std", self.std)):
            if len(numbers) not in (1, shape.channels):
                raise ShapeError(
                    f"{name} has {plural(len(numbers), 'number')}, but {shape.noun} {shape} have "
                    f"{plural(shape.channels, 'channel')}",
                    "give one for each channel, or one for all",
                    [RepairHint("set", name=name, value=numbers[:1])],
                    field=name,
                )
        return shape

    @property
    def hands_on_probabilities(self) -> bool:
        return set(self.mean) == {0.0} and set(self.std) == {1.0}

    def forward(self, *inputs: Ref) -> Expr:
        return channels_last(module(call("Standardize", self.mean, self.std)), inputs[0])

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].elements

    def details(self) -> str:
        return "one scale" if len(self.mean) == len(self.std) == 1 else "by channel"
