"""LearnedSteps: vectors found by training, the same for every sample."""

from __future__ import annotations

from designer.blocks._sequence import expect_sequence
from designer.core.graph.block import Block, Saved, call
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, module
from designer.core.schema.fields import whole
from designer.core.schema.shape import Shape, sequence
from designer.core.schema.units import plural


@register
class LearnedSteps(Block):
    """y_k = s_k for k = 1 … n: learned vectors, as many features each as the steps that come in, which say no more.

    Attention from them to a set pools it into n answers (seeds), and attention back makes n induced points of it: the
    cost grows with the set's size, and not with its square (Lee et al., Set Transformer, 2019).
    """

    kind = "learned_steps"
    title = "LearnedSteps"
    category = "Attention"
    summary = "Gives n learned vectors to every sample: seeds that attention pools a set with, or points to go through."
    prefix = "seeds"

    n: int = whole(4, "Vectors that are learned.", unit=("vector", "vectors"))

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_sequence(shape)
        return sequence(self.n, shape.last)

    def forward(self, *inputs: Ref) -> Expr:
        return module(call("LearnedSteps", self.n, inputs[0].shape.last))(inputs[0])

    def parameter_count(self, *inputs: Shape) -> int:
        return self.n * inputs[0].last

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved()

    def details(self) -> str:
        return plural(self.n, "vector")
