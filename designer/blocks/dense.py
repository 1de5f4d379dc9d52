"""Dense: every output sees every input."""

from __future__ import annotations

from typing import Any

from designer.blocks._activation import LABELS, Activation, activation_layers, activation_parameters, saved_with
from designer.blocks._features import to_features
from designer.core.graph.block import FEATURES, SEQUENCE, Block, Call, Saved, WrongInputError, call
from designer.core.graph.registry import register
from designer.core.schema.fields import choice, flag, whole
from designer.core.schema.shape import Shape
from designer.core.schema.units import plural


@register
class Dense(Block):
    """y = activation(W x + b); along a sequence, the same W at every step."""

    kind = "dense"
    title = "Dense"
    category = "Dense"
    summary = "Connects every input feature to every output (nn.Linear)."
    prefix = "dense"

    out_features: int = whole(64, "Numbers in the output; for the last one, the classes of the data.", unit="units")
    bias: bool = flag(True, "Adds a learned number to each output.")
    activation: Activation = choice("none", "Applied to every number of the output.")

    def output_shape(self, *inputs: Shape) -> Shape:
        (shape,) = inputs
        if shape.names not in (FEATURES, SEQUENCE):
            raise WrongInputError("takes features (N×F)", "put a Flatten between them", to_features())
        return shape.with_last(self.out_features)

    def layers(self, *inputs: Shape) -> tuple[Call, ...]:
        bias: dict[str, Any] = {} if self.bias else {"bias": False}
        linear = call("nn.Linear", inputs[0].last, self.out_features, **bias)
        return (linear, *activation_layers(self.activation, self.output_shape(*inputs)))

    def parameter_count(self, *inputs: Shape) -> int:
        return self.out_features * (inputs[0].last + self.bias) + activation_parameters(self.activation)

    def multiply_adds(self, *inputs: Shape) -> int:
        return inputs[0].elements * self.out_features

    def saved(self, *inputs: Shape, padded: bool = False) -> Saved:
        return saved_with(self.activation, self.output_shape(*inputs))

    def details(self) -> str:
        return plural(self.out_features, "unit") + (
            f" · {LABELS[self.activation]}" if self.activation != "none" else ""
        )
