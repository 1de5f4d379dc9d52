"""AdditiveAttention: every step takes what it needs from another sequence, by the tanh of sums."""

from __future__ import annotations

from designer.blocks._attention import PlainAttention
from designer.core.graph.block import Call, Saved, call
from designer.core.graph.registry import register
from designer.core.schema.fields import flag, real
from designer.core.schema.shape import FLOAT_BYTES, Shape


@register
class AdditiveAttention(PlainAttention):
    """y_i = Σ_j a_ij v_j with a_i = softmax over j of w · tanh(q_i + v_j).

    The q are the steps of `in`, the v those of `memory`. The w are learned if it is `scaled`; else they are 1. Put a
    Dense in front of each input for the attention of translations (Bahdanau, Cho, Bengio 2015; Keras's
    AdditiveAttention).
    """

    kind = "additive_attention"
    title = "AdditiveAttention"
    summary = "Every step takes a mean of the steps that go with it, by the tanh of their sums and learned weights."

    scaled: bool = flag(True, "Learns how much each feature counts.")
    dropout: float = real(0.0, "Share of the weights that are set to zero while training.", low=0.0, high=0.99)
    causal: bool = flag(False, "A step sees only itself and those before it.")

    def attention(self, features: int) -> Call:
        return call("AdditiveAttention", features, **self.options(scaled=True))

    def parameter_count(self, *inputs: Shape) -> int:
        return inputs[0].last if self.scaled else 0

    def multiply_adds(self, *inputs: Shape) -> int:
        return (1 + self.scaled) * inputs[0].elements * inputs[-1].fixed_sizes[0]

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        sums = FLOAT_BYTES * inputs[0].elements * inputs[-1].fixed_sizes[0]
        return Saved((len(inputs) - 1,), outputs=(1,), inside=sums + self.dropped_bytes(*inputs))
