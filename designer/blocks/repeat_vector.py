"""RepeatVector: the same features at every step."""

from __future__ import annotations

from designer.core.graph.block import FEATURES, Block, RepairHint, WrongInputError
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref
from designer.core.schema.fields import whole
from designer.core.schema.shape import Shape, sequence
from designer.core.schema.units import plural


@register
class RepeatVector(Block):
    """y_t = x for t = 1 … n: lets a decoder read what an encoder has made of its sequence, at each of its steps."""

    kind = "repeat_vector"
    title = "RepeatVector"
    category = "Sequence"
    summary = "Makes a sequence of n equal steps from one row of features."
    prefix = "repeat"
    keeps_probabilities = True

    n: int = whole(10, "Steps of the sequence.", unit="steps")

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.names != FEATURES:
            mends = [RepairHint("port", name="last")] if shape.is_sequence or shape.is_state else []
            mends += [RepairHint("insert", kind="flatten")] if shape.is_spatial else []
            raise WrongInputError("takes features (N×F)", "give it one row of features", mends)
        return sequence(self.n, shape.last)

    def forward(self, *inputs: Ref) -> Expr:
        return inputs[0].unsqueeze(1).repeat(1, self.n, 1)

    def details(self) -> str:
        return plural(self.n, "step")
