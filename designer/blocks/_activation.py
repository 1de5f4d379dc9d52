"""The activation functions that blocks share, as a parameter and as a block."""

from __future__ import annotations

from typing import Literal

from designer.core.block import Call, call
from designer.core.shape import Shape

Activation = Literal["none", "relu", "leaky_relu", "gelu", "tanh", "sigmoid", "softmax"]

LABELS: dict[str, str] = {
    "relu": "ReLU",
    "leaky_relu": "LeakyReLU",
    "gelu": "GELU",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "softmax": "softmax",
}
_MODULES = {
    "relu": "nn.ReLU",
    "leaky_relu": "nn.LeakyReLU",
    "gelu": "nn.GELU",
    "tanh": "nn.Tanh",
    "sigmoid": "nn.Sigmoid",
}


def activation_layers(name: str, shape: Shape) -> tuple[Call, ...]:
    """The module for an activation; softmax runs over the channels of an image, else over the features."""
    if name == "none":
        return ()
    if name == "softmax":
        return (call("nn.Softmax", dim=1 if shape.is_image else -1),)
    return (call(_MODULES[name]),)
