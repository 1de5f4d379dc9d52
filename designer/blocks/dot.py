"""Dot: how much two values agree."""

from __future__ import annotations

from typing import ClassVar

from designer.core.graph.block import (
    FEATURES,
    SEQUENCE,
    Block,
    RepairHint,
    Saved,
    ShapeError,
    WrongInputError,
    expect_numbers,
)
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, function
from designer.core.schema.fields import flag
from designer.core.schema.shape import FLOAT_BYTES, Shape, features, sequence


@register
class Dot(Block):
    """y = a · b of two rows of features; of two sequences, y_ij = a_i · b_j for each step i of a and j of b.

    Normalised, it is the cosine of the angle: a · b / (|a| |b|).
    """

    kind = "dot"
    title = "Dot"
    category = "Merging"
    summary = "Multiplies two values feature by feature and adds up: how much they agree."
    prefix = "dot"
    inputs: ClassVar[tuple[str, ...]] = ("1", "2")

    normalize: bool = flag(False, "Brings both to length 1 first, so that only their directions count.")

    def output_shape(self, *inputs: Shape) -> Shape:
        one, other = inputs
        for place, shape in enumerate(inputs):
            expect_numbers(shape, place)
            if shape.names not in (FEATURES, SEQUENCE):
                raise WrongInputError(
                    "takes features or sequences (N×F or N×L×F)", "connect a block that gives them", port=place
                )
        if one.names != other.names or one.last != other.last:
            raise ShapeError(
                f"input 1 is {one.noun} {one} and input 2 is {other.noun} {other}",
                "give both as many features, and both as sequences or neither",
                [
                    RepairHint("insert", kind="dense", params={"out_features": one.last}, port=1),
                    RepairHint("adapt", port=1, value=one),
                ],
            )
        if one.is_features:
            return features(1)
        length = other.sizes[0]
        if length is None:
            raise ShapeError(
                "gives a number for each step of input 2, and their count varies",
                "let input 2 be the sequence of fixed length",
            )
        return sequence(one.sizes[0], length)

    def forward(self, *inputs: Ref) -> Expr:
        a, b = (function("F.normalize", x, dim=-1) if self.normalize else x for x in inputs)
        if inputs[0].shape.is_features:
            return (a * b).sum(dim=1, keepdim=True)
        return function("torch.matmul", a, b.transpose(1, 2))

    def multiply_adds(self, *inputs: Shape) -> int:
        one, other = inputs
        return one.elements if one.is_features else one.elements * other.fixed_sizes[0]

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        norms = 2 * FLOAT_BYTES * sum(shape.elements // shape.last for shape in inputs)
        return Saved((0, 1), inside=norms + sum(shape.bytes for shape in inputs)) if self.normalize else Saved((0, 1))

    def details(self) -> str:
        return "cosine" if self.normalize else ""
