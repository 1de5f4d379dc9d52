"""CellState: the cell state c of an LSTM as features."""

from __future__ import annotations

from designer.core.graph.block import Block, RepairHint, Saved, ShapeError, WrongInputError
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref
from designer.core.schema.shape import Shape, features


@register
class CellState(Block):
    """y = c, what an LSTM remembers after its last step. Its hidden state h is what the LSTM gives as `last`."""

    kind = "cell_state"
    title = "CellState"
    category = "Recurrent"
    summary = "Takes the cell state c out of an LSTM's state, as features."
    prefix = "cell"

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.names != ("HC", "S", "F"):
            raise WrongInputError(
                "takes the state of an LSTM", "connect the state of an LSTM", [RepairHint("port", name="state")]
            )
        if shape.sizes[1] != 1:
            raise ShapeError(
                f"takes the state of one layer in one direction, but this one has {shape.sizes[1]}",
                "let the LSTM have one layer, and read in one direction",
                [RepairHint("set", where="before", name="num_layers", value=1, params={"bidirectional": False})],
            )
        return features(shape.last)

    def forward(self, *inputs: Ref) -> Expr:
        return inputs[0][1][0]

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(view=True)
