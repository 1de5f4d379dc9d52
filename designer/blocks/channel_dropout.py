"""ChannelDropout: forgets whole feature maps at random while training."""

from __future__ import annotations

from designer.blocks._norm import channels_second, expect_channels
from designer.core.graph.block import IMAGE, SEQUENCE, VOLUME, Block, RepairHint, Saved, WrongInputError, call
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, module
from designer.core.schema.fields import real
from designer.core.schema.shape import FLOAT_BYTES, Shape

_MODULES = {SEQUENCE: "nn.Dropout1d", IMAGE: "nn.Dropout2d", VOLUME: "nn.Dropout3d"}


@register
class ChannelDropout(Block):
    """Sets whole channels to zero with probability p while training, and scales the rest by 1 / (1 − p).

    Of a sequence: a feature at all steps. Does nothing outside training (Tompson et al. 2015).
    """

    kind = "channel_dropout"
    title = "ChannelDropout"
    category = "Regularisation"
    summary = "Sets whole feature maps to zero at random while training, where neighbouring pixels tell the same."
    prefix = "dropout"
    keeps_probabilities = True

    p: float = real(0.5, "Share of the channels that are set to zero.", low=0.0, high=0.99)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.is_features:
            mends = [RepairHint("replace", kind="dropout", params={"p": self.p})]
            raise WrongInputError("takes channels with several pixels or steps", "use a Dropout", mends)
        expect_channels(shape, "images, volumes or sequences", tuple(_MODULES))
        return shape

    def forward(self, *inputs: Ref) -> Expr:
        return channels_second(module(call(_MODULES[inputs[0].shape.names], self.p)), inputs[0])

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        # What each channel was multiplied by.
        return Saved(inside=FLOAT_BYTES * inputs[0].channels) if self.p else Saved(view=True)

    def details(self) -> str:
        return f"p = {self.p:g}"
