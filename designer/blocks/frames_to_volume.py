"""FramesToVolume: the frames of a film as the slices of a volume."""

from __future__ import annotations

from designer.core.graph.block import Block, Saved, ShapeError, WrongInputError, expect_numbers
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref
from designer.core.schema.shape import Shape, volume


@register
class FramesToVolume(Block):
    """y[c, t] = x[t, c]: frame t becomes slice t of each channel, so that a Conv3d moves over time as well.

    An image sequence L×C×H×W becomes a volume C×L×H×W, as C3D takes films (Tran et al. 2015). All films must have the
    same number of frames: a volume has no end that varies. VolumeToFrames is the way back.
    """

    kind = "frames_to_volume"
    title = "FramesToVolume"
    category = "Shape"
    summary = "Makes a volume of the frames of a film, for Conv3d and 3-D pooling."
    prefix = "volume"
    keeps_probabilities = True

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.names != ("L", "C", "H", "W"):
            expect_numbers(shape)
            raise WrongInputError("takes image sequences (N×L×C×H×W)", "connect a block that gives image sequences")
        if shape.varies:
            raise ShapeError(
                "cannot make volumes of films whose lengths differ",
                "read the same number of frames of each film, or use TimeDistributed",
            )
        frames, channels, height, width = shape.sizes
        return volume(channels, frames, height, width)

    def forward(self, *inputs: Ref) -> Expr:
        return inputs[0].transpose(1, 2)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(view=True)
