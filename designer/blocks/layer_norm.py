"""LayerNorm: keeps each sample at one scale, whatever the batch."""

from __future__ import annotations

from math import prod
from typing import Any, Literal

from designer.blocks._norm import channels_last, unusual
from designer.core.graph.block import Block, RepairHint, Saved, ShapeError, call, expect_numbers
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, module
from designer.core.schema.fields import choice, real
from designer.core.schema.shape import FLOAT_BYTES, Shape


@register
class LayerNorm(Block):
    """y = γ (x − mean) / sqrt(var + eps) + β, with the mean and the variance of one sample (Ba, Kiros, Hinton 2016).

    Over the features of each step, as in a Transformer (of an image: over the channels of each pixel), or over all
    numbers of the sample. γ and β have a number for each one that is averaged over.
    """

    kind = "layer_norm"
    title = "LayerNorm"
    category = "Normalisation"
    summary = "Brings the features of each sample, at each step, to mean 0 and variance 1, then scales them."
    prefix = "norm"

    axes: Literal["features", "all"] = choice(
        "features", "What the mean is over: the features (channels) at each step or pixel, or all numbers of a sample."
    )
    eps: float = real(1e-5, "Added to the variance, so that nothing is divided by zero.", low=1e-12, high=1.0)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_numbers(shape)
        if self.axes == "all" and shape.varies:
            raise ShapeError(
                "cannot normalise over all steps of sequences whose lengths differ",
                "set axes to features",
                [RepairHint("set", name="axes", value="features")],
                field="axes",
            )
        return shape

    def _sizes(self, shape: Shape) -> tuple[int, ...]:
        return shape.fixed_sizes if self.axes == "all" else (shape.channels,)

    def forward(self, *inputs: Ref) -> Expr:
        (x,) = inputs
        sizes = self._sizes(x.shape)
        given: dict[str, Any] = {} if self.eps == 1e-5 else {"eps": self.eps}
        norm = module(call("nn.LayerNorm", sizes[0] if len(sizes) == 1 else sizes, **given))
        return norm(x) if self.axes == "all" else channels_last(norm, x)

    def parameter_count(self, *inputs: Shape) -> int:
        return 2 * prod(self._sizes(inputs[0]))

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].elements

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # And the mean and the deviation of all that is averaged together.
        return Saved(inputs=(0,), inside=2 * FLOAT_BYTES * inputs[0].elements // prod(self._sizes(inputs[0])))

    def details(self) -> str:
        return unusual(self, "eps") if self.axes == "features" else "over all numbers"
