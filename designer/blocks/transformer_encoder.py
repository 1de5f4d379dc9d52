"""TransformerEncoder: attention and a small dense network, layer upon layer."""

from __future__ import annotations

from typing import Any, Literal

from designer.blocks._attention import expect_heads, masks
from designer.blocks._sequence import expect_sequence
from designer.core.graph.block import Block, Saved, call
from designer.core.graph.registry import register
from designer.core.ir.expr import Expr, Ref, module
from designer.core.schema.fields import choice, flag, real, whole
from designer.core.schema.shape import FLOAT_BYTES, Shape
from designer.core.schema.units import plural


@register
class TransformerEncoder(Block):
    """In each layer a = norm(x + attention(x, x, x)) and y = norm(a + W₂ f(W₁ a)) (Vaswani et al. 2017).

    With norm_first, a = x + attention(norm(x)) and y = a + W₂ f(W₁ norm(a)) (Xiong et al. 2020). It does not know
    the order of the steps: put a PositionalEncoding in front.
    """

    kind = "transformer_encoder"
    title = "TransformerEncoder"
    category = "Attention"
    summary = "Layers of self-attention and a dense network at every step (nn.TransformerEncoderLayer)."
    prefix = "transformer"

    nhead: int = whole(4, "Heads of the attention; it must divide the features.", unit="heads")
    dim_feedforward: int = whole(128, "Hidden numbers of the dense network W₂ f(W₁ x).", unit="units")
    dropout: float = real(0.1, "Share of numbers that are set to zero while training.", low=0.0, high=0.99)
    activation: Literal["relu", "gelu"] = choice("relu", "The function f between the two matrices.")
    norm_first: bool = flag(False, "Normalises what goes into attention and dense network, instead of what comes out.")
    num_layers: int = whole(1, "Layers on top of each other.", high=64)
    causal: bool = flag(False, "A step sees only itself and those before it.")

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        expect_sequence(shape)
        expect_heads(shape.last, self.nhead, "nhead")
        return shape

    def forward(self, *inputs: Ref) -> Expr:
        x = inputs[0]
        optional = {
            "dropout": (self.dropout, 0.1),
            "activation": (self.activation, "relu"),
            "norm_first": (self.norm_first, False),
        }
        given: dict[str, Any] = {name: value for name, (value, usual) in optional.items() if value != usual}
        layer = call(
            "nn.TransformerEncoderLayer", x.shape.last, self.nhead, self.dim_feedforward, **given, batch_first=True
        )
        masked = masks(x, x, self.causal, "src_mask", "src_key_padding_mask")
        value: Expr = x
        for number in range(1, self.num_layers + 1):
            value = module(layer, str(number) if self.num_layers > 1 else "")(value, **masked)
        return value

    def parameter_count(self, *inputs: Shape) -> int:
        size, hidden = inputs[0].last, self.dim_feedforward
        attention, dense, norms = 4 * size * (size + 1), 2 * size * hidden + hidden + size, 4 * size
        return self.num_layers * (attention + dense + norms)

    def multiply_adds(self, *inputs: Shape) -> int:
        length, size = inputs[0].fixed_sizes
        return self.num_layers * length * size * (4 * size + 2 * length + 2 * self.dim_feedforward)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        """What torch's layers keep on a CPU; the first one reads a copy of the steps."""
        length, size = inputs[0].fixed_sizes
        values = 7 if self.norm_first else 8
        hidden, maps = 1 + (self.activation == "gelu"), int(padded)
        if self.dropout:
            # torch's fused attention has no dropout on a CPU: it keeps the maps of all heads.
            values, hidden, maps = values + 4, 3, 3
        layer = length * (values * size + hidden * self.dim_feedforward + maps * self.nhead * length + self.nhead + 4)
        return Saved(inside=FLOAT_BYTES * (self.num_layers * layer + (self.num_layers - 1) * length * size))

    def details(self) -> str:
        words = ["causal"] if self.causal else []
        if self.num_layers > 1:
            words.append(plural(self.num_layers, "layer"))
        return " · ".join(words or [plural(self.nhead, "head")])
