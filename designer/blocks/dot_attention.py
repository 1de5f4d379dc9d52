"""Attention: every step takes what it needs from another sequence, by plain products."""

from __future__ import annotations

from designer.blocks._attention import PlainAttention
from designer.core.graph.block import Call, Saved, call
from designer.core.graph.registry import register
from designer.core.schema.fields import flag, real
from designer.core.schema.shape import FLOAT_BYTES, Shape


@register
class DotAttention(PlainAttention):
    """y_i = Σ_j a_ij v_j with a_i = softmax over j of g q_i · v_j.

    The q are the steps of `in`, the v those of `memory`, of which it takes what is like q. Nothing is learned but g, if
    it is `scaled`; else g = 1. Where `memory` is free, a sequence attends to itself (Luong, Pham, Manning 2015; Keras's
    Attention).
    """

    kind = "dot_attention"
    title = "DotAttention"
    summary = "Every step takes a mean of the steps that are like it, by their products; almost without weights."

    scaled: bool = flag(False, "Multiplies the products by a learned number.")
    dropout: float = real(0.0, "Share of the weights that are set to zero while training.", low=0.0, high=0.99)
    causal: bool = flag(False, "A step sees only itself and those before it.")

    def attention(self, features: int) -> Call:
        return call("DotAttention", **self.options(scaled=False))

    def parameter_count(self, *inputs: Shape) -> int:
        return int(self.scaled)

    def multiply_adds(self, *inputs: Shape) -> int:
        return 2 * inputs[0].elements * inputs[-1].fixed_sizes[0]

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        pairs = inputs[0].fixed_sizes[0] * inputs[-1].fixed_sizes[0]
        scaled = FLOAT_BYTES * pairs if self.scaled else 0
        return Saved(tuple(range(len(inputs))), outputs=(1,), inside=scaled + self.dropped_bytes(*inputs))
