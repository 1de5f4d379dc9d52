"""PositionalEncoding: tells attention where a step is."""

from __future__ import annotations

from typing import Literal

from designer.blocks._sequence import expect_sequence
from designer.core.graph.block import Block, RepairHint, Saved, ShapeError, call
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, function, module
from designer.core.schema.fields import choice, real, whole
from designer.core.schema.shape import Shape
from designer.core.schema.units import plural


@register
class PositionalEncoding(Block):
    """y_t = x_t + p_t, with numbers p_t that tell the place t, as attention alone does not know the order of the steps.

    Sinusoidal (Vaswani et al. 2017): p_(t, 2i) = sin(t / 10000^(2i/F)), p_(t, 2i+1) = cos(t / 10000^(2i/F)).
    Learned (Gehring et al. 2017): p_t is a row of a table, found by training; steps behind max_length, where lengths
    differ, share its last row.
    """

    kind = "positional_encoding"
    title = "PositionalEncoding"
    category = "Attention"
    summary = "Adds to each step numbers that tell its place in the sequence."
    prefix = "positions"

    encoding: Literal["sinusoidal", "learned"] = choice(
        "sinusoidal", "Sines and cosines of different wavelengths, or a learned row for each place."
    )
    max_length: int = whole(512, "For learned: the longest sequence that it has rows for.", unit="steps")
    dropout: float = real(0.0, "Share of the sums that are set to zero while training.", low=0.0, high=0.99)

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_sequence(shape)
        length = shape.sizes[0]
        if self.encoding == "learned" and length is not None and length > self.max_length:
            raise ShapeError(
                f"has learned places for {plural(self.max_length, 'step')}, but sequences have {length}",
                f"set max_length to {length} or more",
                [RepairHint("set", name="max_length", value=length)],
                field="max_length",
            )
        return shape

    def forward(self, *inputs: Ref) -> Expr:
        x = inputs[0]
        placed = x + self._positions(x)
        return module(call("nn.Dropout", self.dropout), "dropout")(placed) if self.dropout else placed

    def _positions(self, x: Ref) -> Expr:
        if self.encoding == "sinusoidal":
            return function("sinusoidal_positions", x)
        table = module(call("nn.Embedding", self.max_length, x.shape.last))
        return table(function("step_numbers", x, self.max_length))

    def parameter_count(self, *inputs: Shape) -> int:
        return self.max_length * inputs[0].last if self.encoding == "learned" else 0

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return Saved(inside=inputs[0].bytes if self.dropout else 0)  # what each number was multiplied by

    def details(self) -> str:
        return self.encoding
