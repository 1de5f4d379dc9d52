"""InstanceNorm: keeps each channel of each sample at one scale."""

from __future__ import annotations

from typing import Any

from designer.blocks._norm import channels_second, expect_channels, expect_one_length, unusual
from designer.core.graph.block import IMAGE, SEQUENCE, VOLUME, Block, RepairHint, Saved, ShapeError, call
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, module
from designer.core.schema.fields import flag, real
from designer.core.schema.shape import FLOAT_BYTES, Shape

_MODULES = {SEQUENCE: "nn.InstanceNorm1d", IMAGE: "nn.InstanceNorm2d", VOLUME: "nn.InstanceNorm3d"}


@register
class InstanceNorm(Block):
    """y = (x − mean) / sqrt(var + eps) for each channel of each sample (Ulyanov, Vedaldi, Lempitsky 2016).

    The mean and the variance are over the pixels or steps; with `affine`, γ y + β with learned γ and β.
    """

    kind = "instance_norm"
    title = "InstanceNorm"
    category = "Normalisation"
    summary = "Brings each channel of each sample to mean 0 and variance 1 over its pixels or steps."
    prefix = "norm"

    affine: bool = flag(False, "Scales and shifts each channel by learned numbers.")
    eps: float = real(1e-5, "Added to the variance, so that nothing is divided by zero.", low=1e-12, high=1.0)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_channels(shape, "images, volumes or sequences", tuple(_MODULES))
        expect_one_length(shape)
        if shape.elements == shape.channels:
            raise ShapeError(
                f"each channel of {shape} has only one number, and nothing of it would be left",
                "use a LayerNorm",
                [RepairHint("replace", kind="layer_norm")],
            )
        return shape

    def forward(self, *inputs: Ref) -> Expr:
        shape = inputs[0].shape
        given: dict[str, Any] = {} if self.eps == 1e-5 else {"eps": self.eps}
        if self.affine:
            given["affine"] = True
        return channels_second(module(call(_MODULES[shape.names], shape.channels, **given)), inputs[0])

    def parameter_count(self, *inputs: Shape) -> int:
        return 2 * inputs[0].channels if self.affine else 0

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].elements

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # The mean and the deviation of each channel, and for torch a copy of a sequence with the features second.
        statistics = 2 * FLOAT_BYTES * inputs[0].channels
        turned = inputs[0].is_sequence
        return Saved(inside=inputs[0].bytes + statistics) if turned else Saved(inputs=(0,), inside=statistics)

    def details(self) -> str:
        return "learned scale" if self.affine else unusual(self, "eps")
