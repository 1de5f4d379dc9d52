"""Flatten: from an image or a sequence to one row of features."""

from __future__ import annotations

from designer.blocks._layout import lies_in_order
from designer.core.graph.block import Block, Call, RepairHint, Saved, ShapeError, call, expect_numbers
from designer.core.graph.registry import register
from designer.core.schema.shape import Shape, features


@register
class Flatten(Block):
    """Lays all numbers of a sample out in one row, channel by channel."""

    kind = "flatten"
    title = "Flatten"
    category = "Shape"
    summary = "Lays an image or a sequence out as one row of features."
    prefix = "flatten"
    keeps_probabilities = True

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_numbers(shape)
        if None in shape.sizes:
            raise ShapeError(
                "cannot flatten sequences whose lengths differ: the row would have no fixed size",
                "take the last state of a recurrent block instead",
                [RepairHint("port", name="last"), RepairHint("replace", kind="global_avg_pool")],
            )
        return features(shape.elements)

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return (call("nn.Flatten"),)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(view=lies_in_order(inputs[0]))
