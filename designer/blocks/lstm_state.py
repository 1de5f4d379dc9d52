"""LSTMState: a state for an LSTM to start with, made of features."""

from __future__ import annotations

from designer.core.graph.block import FEATURES, Block, RepairHint, Saved, ShapeError, WrongInputError
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, function
from designer.core.schema.shape import Shape


@register
class LSTMState(Block):
    """The state (h, c) of an LSTM of one layer, from any two rows of features of its hidden_size."""

    kind = "lstm_state"
    title = "LSTMState"
    category = "Recurrent"
    summary = "Makes a state for an LSTM to start with: h and c, from two rows of features."
    prefix = "state"
    inputs = ("h", "c")

    def output_shape(self, *inputs: Shape) -> Shape:
        for place, shape in enumerate(inputs):
            if shape.names != FEATURES:
                raise WrongInputError("takes features (N×F)", "give it two rows of features", port=place)
        if inputs[0] != inputs[1]:
            mends = [RepairHint("adapt", port=1, value=inputs[0])]
            raise ShapeError(f"h is {inputs[0]} and c is {inputs[1]}", "give both as many features", mends)
        return Shape.of((2, 1, inputs[0].last), ("HC", "S", "F"))

    def forward(self, *inputs: Ref) -> Expr:
        return function("lstm_state", *inputs)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(view=True)
