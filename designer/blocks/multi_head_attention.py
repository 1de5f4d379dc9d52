"""MultiheadAttention: every step looks at all others."""

from __future__ import annotations

from typing import Any

from designer.blocks._attention import expect_heads, masks
from designer.blocks._sequence import expect_sequence
from designer.core.graph.block import Block, Saved, call
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, module, unpack
from designer.core.schema.fields import flag, real, whole
from designer.core.schema.shape import FLOAT_BYTES, Shape
from designer.core.schema.units import plural


@register
class MultiheadAttention(Block):
    """Attention(Q, K, V) = softmax(Q Kᵀ / √d) V in each head, with d = features / heads (Vaswani et al. 2017).

    Q, K and V are learned products of the steps: Q of `in`, K and V of `memory` (cross-attention), or of `in` as
    well where `memory` is free (self-attention). The heads side by side, times a last matrix, are the output.
    `weights` are the softmax, a map of queries × keys for each head.
    """

    kind = "multi_head_attention"
    title = "MultiheadAttention"
    category = "Attention"
    summary = "Every step takes what it needs from all steps, of its own sequence or of another."
    prefix = "attention"
    inputs = ("in", "memory")
    optional = ("memory",)
    outputs = ("out", "weights")

    num_heads: int = whole(4, "Heads, each with its own share of the features; it must divide them.", unit="heads")
    dropout: float = real(0.0, "Share of the weights that are set to zero while training.", low=0.0, high=0.99)
    bias: bool = flag(True, "Adds learned numbers to queries, keys, values and the output.")
    causal: bool = flag(False, "A step sees only itself and those before it.")

    def output_shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        for port, shape in enumerate(inputs):
            expect_sequence(shape, port)
        queries, keys = inputs[0], inputs[-1]
        expect_heads(queries.last, self.num_heads, "num_heads")
        weights = Shape.of((self.num_heads, queries.sizes[0], keys.sizes[0]), ("A", "Q", "K"))
        return queries, weights

    def output_shape(self, *inputs: Shape) -> Shape:
        return self.output_shapes(*inputs)[0]

    def forward(self, *inputs: Ref) -> tuple[Expr, ...]:
        x, memory = inputs[0], inputs[-1]
        size, read = x.shape.last, memory.shape.last
        given: dict[str, Any] = {"kdim": read, "vdim": read} if read != size else {}
        given |= {"dropout": self.dropout} if self.dropout else {}
        given |= {} if self.bias else {"bias": False}
        attention = module(call("nn.MultiheadAttention", size, self.num_heads, **given, batch_first=True))
        masked = masks(x, memory, self.causal, "attn_mask", "key_padding_mask")
        return unpack(attention(x, memory, memory, **masked, average_attn_weights=False), "attended", "weights")

    def parameter_count(self, *inputs: Shape) -> int:
        size, read = inputs[0].last, inputs[-1].last
        return 2 * size * size + 2 * size * read + (4 * size if self.bias else 0)

    def multiply_adds(self, *inputs: Shape) -> int:
        (queries, size), (keys, read) = inputs[0].fixed_sizes, inputs[-1].fixed_sizes
        projected = 2 * queries * size * size + 2 * keys * size * read
        return projected + 2 * queries * keys * size

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        (queries, size), keys = inputs[0].fixed_sizes, inputs[-1].fixed_sizes[0]
        projected = 3 * (queries + keys) * size  # with copies in which each head lies by itself
        dropped = 2 * self.num_heads * queries * keys if self.dropout else 0
        return Saved(outputs=(1,), inside=FLOAT_BYTES * (projected + dropped))

    def details(self) -> str:
        return "causal" if self.causal else plural(self.num_heads, "head")
