"""GroupNorm: keeps groups of channels at one scale, whatever the batch."""

from __future__ import annotations

from math import gcd
from typing import Any

from designer.blocks._norm import channels_second, expect_channels, expect_one_length
from designer.core.graph.block import FEATURES, IMAGE, SEQUENCE, VOLUME, Block, RepairHint, Saved, ShapeError, call
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, module
from designer.core.schema.fields import real, whole
from designer.core.schema.shape import FLOAT_BYTES, Shape
from designer.core.schema.units import plural


@register
class GroupNorm(Block):
    """y = γ (x − mean) / sqrt(var + eps) + β, with the mean and the variance of a group of channels (Wu, He 2018).

    They are those of one sample, over all its pixels or steps; γ and β have a number for each channel.
    """

    kind = "group_norm"
    title = "GroupNorm"
    category = "Normalisation"
    summary = "Brings groups of the channels of each sample to mean 0 and variance 1, whatever the batch."
    prefix = "norm"

    num_groups: int = whole(2, "Groups that the channels are divided into; it has to divide them.", unit="groups")
    eps: float = real(1e-5, "Added to the variance, so that nothing is divided by zero.", low=1e-12, high=1.0)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_channels(shape, "images, volumes, sequences or features", (IMAGE, VOLUME, SEQUENCE, FEATURES))
        expect_one_length(shape)
        if shape.channels % self.num_groups:
            fits = gcd(shape.channels, self.num_groups)
            raise ShapeError(
                f"{plural(shape.channels, 'channel')} cannot be divided into {plural(self.num_groups, 'group')}",
                f"set num_groups to {fits} or to another divisor of {shape.channels}",
                [RepairHint("set", name="num_groups", value=fits)],
                field="num_groups",
            )
        if shape.elements == self.num_groups:
            raise ShapeError(
                "every group would have only one number, and nothing of it would be left",
                "set num_groups to fewer",
                [RepairHint("set", name="num_groups", value=1)] if shape.elements > 1 else [],
                field="num_groups",
            )
        return shape

    def forward(self, *inputs: Ref) -> Expr:
        given: dict[str, Any] = {} if self.eps == 1e-5 else {"eps": self.eps}
        return channels_second(
            module(call("nn.GroupNorm", self.num_groups, inputs[0].shape.channels, **given)), inputs[0]
        )

    def parameter_count(self, *inputs: Shape) -> int:
        return 2 * inputs[0].channels

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].elements

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # The mean and the deviation of each group, and for torch a copy of a sequence with the features second.
        statistics = 2 * FLOAT_BYTES * self.num_groups
        turned = inputs[0].is_sequence
        return Saved(inside=inputs[0].bytes + statistics) if turned else Saved(inputs=(0,), inside=statistics)

    def details(self) -> str:
        return plural(self.num_groups, "group")
