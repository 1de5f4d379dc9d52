"""What the attention kinds share: masks for padding and for the future, and heads that divide the features."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from designer.blocks._sequence import expect_sequence
from designer.core.graph.block import Block, Call, RepairHint, ShapeError
from designer.core.ir.expr import Expr, Ref, function, module, unpack
from designer.core.schema.shape import FLOAT_BYTES, Shape
from designer.core.schema.units import plural


def expect_heads(features: int, heads: int, field: str) -> None:
    """Raises ShapeError where the features cannot be shared out among the heads."""
    if features % heads:
        fitting = max(number for number in range(1, heads + 1) if features % number == 0)
        raise ShapeError(
            f"{plural(features, 'feature')} cannot be shared out among {plural(heads, 'head')}",
            f"set {field} to a number that divides {features}",
            [RepairHint("set", name=field, value=fitting)],
            field=field,
        )


def masks(queries: Ref, keys: Ref, causal: bool, future: str, padding: str) -> dict[str, Any]:
    """The masks that torch's module takes under these two names, as far as there is something to mask."""
    given: dict[str, Any] = {}
    if causal:
        given[future] = function("future_steps", queries, keys)
    if keys.lengths is not None:
        given[padding] = function("padded_steps", keys, keys.lengths)
    return given


class PlainAttention(Block):
    """What attention without heads and projections shares: steps of `memory`, weighed for each step of `in`."""

    category = "Attention"
    prefix = "attention"
    inputs = ("in", "memory")
    optional = ("memory",)
    outputs = ("out", "weights")

    if TYPE_CHECKING:
        scaled: bool
        dropout: float
        causal: bool

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        for port, shape in enumerate(inputs):
            expect_sequence(shape, port)
        queries, keys = inputs[0], inputs[-1]
        if queries.last != keys.last:
            raise ShapeError(
                f"compares steps of {plural(queries.last, 'feature')} with steps of {keys.last}",
                "give both as many features, by a Dense",
                [RepairHint("adapt", port=1, value=keys.with_size(1, queries.last))],
            )
        return queries, Shape.of((1, queries.sizes[0], keys.sizes[0]), ("A", "Q", "K"))

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.output_shapes(*inputs)[0]

    def attention(self, features: int) -> Call:
        """The module that compares and weighs."""
        raise NotImplementedError

    def forward(self, *inputs: Ref) -> tuple[Expr, ...]:
        x, memory = inputs[0], inputs[-1]
        masked = masks(x, memory, self.causal, "future", "padding")
        return unpack(module(self.attention(x.shape.last))(x, memory, **masked), "attended", "weights")

    def options(self, scaled: bool) -> dict[str, Any]:
        """What the module takes beside its sizes, without what is as it has it by itself."""
        given: dict[str, Any] = {"scaled": self.scaled} if self.scaled != scaled else {}
        return given | ({"dropout": self.dropout} if self.dropout else {})

    def dropped_bytes(self, *inputs: Shape) -> int:
        """The weights once more, and what each was multiplied by, where some are set to zero."""
        pairs = inputs[0].fixed_sizes[0] * inputs[-1].fixed_sizes[0]
        return 2 * FLOAT_BYTES * pairs if self.dropout else 0

    def details(self) -> str:
        told = ["scaled" if self.scaled else "not scaled"] + (["causal"] if self.causal else [])
        return " · ".join(told + ([f"dropout {self.dropout:g}"] if self.dropout else []))
