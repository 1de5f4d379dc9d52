"""Activation: a function applied to every number."""

from __future__ import annotations

from typing import Literal

from designer.blocks._activation import LABELS, activation_layers
from designer.core.block import Block, Call
from designer.core.fields import choice
from designer.core.registry import register
from designer.core.shape import Shape


@register
class Activation(Block):
    """y = f(x), number by number; softmax makes probabilities of the features (of the channels of an image)."""

    kind = "activation"
    title = "Activation"
    category = "Activation"
    summary = "Applies a function to every number: ReLU, GELU, tanh, sigmoid, softmax."
    prefix = "activation"

    function: Literal["relu", "leaky_relu", "gelu", "tanh", "sigmoid", "softmax"] = choice("relu", "The function f.")

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return activation_layers(self.function, inputs[0])

    def details(self) -> str:
        return LABELS[self.function]
