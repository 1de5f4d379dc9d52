"""VolumeToFrames: the slices of a volume as the steps of an image sequence."""

from __future__ import annotations

from designer.blocks._window import expect_axes
from designer.core.graph.block import Block, Saved
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref
from designer.core.schema.shape import Shape, image_sequence


@register
class VolumeToFrames(Block):
    """y[t, c] = x[c, t]: each slice becomes a step, an image of all channels, so that a TimeDistributed or, behind it,
    a recurrent block goes from slice to slice. The reverse of FramesToVolume.
    """

    kind = "volume_to_frames"
    title = "VolumeToFrames"
    category = "Shape"
    summary = "Makes a step of each slice of a volume, for blocks that go through time."
    prefix = "frames"
    keeps_probabilities = True

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_axes(shape, 3)
        channels, slices, height, width = shape.sizes
        return image_sequence(slices, channels, height, width)

    def forward(self, *inputs: Ref) -> Expr:
        return inputs[0].transpose(1, 2)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(view=True)
