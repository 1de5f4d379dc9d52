"""Activation: a function applied to every number."""

from __future__ import annotations

from designer.blocks._activation import LABELS, Function, activation_layers, activation_parameters, saved_by_activation
from designer.core.graph.block import Block, Call, Saved
from designer.core.graph.registry import register
from designer.core.schema.fields import choice
from designer.core.schema.shape import Shape

_SAME_FROM_0_TO_1 = ("relu", "relu6", "leaky_relu", "prelu", "elu", "celu", "hardtanh")


@register
class Activation(Block):
    """y = f(x), number by number; softmax makes probabilities of the features (of the channels of an image)."""

    kind = "activation"
    title = "Activation"
    category = "Activation"
    summary = "Applies a function to every number: ReLU, GELU, SiLU, tanh, sigmoid, softmax and others."
    prefix = "activation"
    called_by = "function"

    function: Function = choice("relu", "The function f.")

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        return activation_layers(self.function, inputs[0])

    @property
    def hands_on_probabilities(self) -> bool:
        return self.function in _SAME_FROM_0_TO_1

    def parameter_count(self, *inputs: Shape) -> int:
        return activation_parameters(self.function)

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return saved_by_activation(self.function, inputs[0])

    def details(self) -> str:
        return LABELS[self.function]
