"""The activation functions that blocks share, as a parameter and as a block."""

from __future__ import annotations

from typing import Any, Literal

from designer.core.block import Call, call
from designer.core.shape import Shape

Function = Literal[
    "relu",
    "relu6",
    "leaky_relu",
    "prelu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "softplus",
    "hardswish",
    "hardsigmoid",
    "tanh",
    "sigmoid",
    "softmax",
    "log_softmax",
]
Activation = Literal["none", Function]

LABELS: dict[str, str] = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky_relu": "LeakyReLU",
    "prelu": "PReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "softplus": "softplus",
    "hardswish": "Hardswish",
    "hardsigmoid": "Hardsigmoid",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "softmax": "softmax",
    "log_softmax": "log-softmax",
}
_MODULES = {
    "relu": "nn.ReLU",
    "relu6": "nn.ReLU6",
    "leaky_relu": "nn.LeakyReLU",
    "prelu": "nn.PReLU",
    "elu": "nn.ELU",
    "selu": "nn.SELU",
    "gelu": "nn.GELU",
    "silu": "nn.SiLU",
    "softplus": "nn.Softplus",
    "hardswish": "nn.Hardswish",
    "hardsigmoid": "nn.Hardsigmoid",
    "tanh": "nn.Tanh",
    "sigmoid": "nn.Sigmoid",
    "softmax": "nn.Softmax",
    "log_softmax": "nn.LogSoftmax",
}
_OVER_ONE_AXIS = ("softmax", "log_softmax")
_SLOPE_FROM_RESULT = ("none", "relu", "tanh", "sigmoid", *_OVER_ONE_AXIS)


def activation_layers(name: str, shape: Shape) -> tuple[Call, ...]:
    """The module for an activation; softmax runs over the channels of images and volumes, else over the features."""
    if name == "none":
        return ()
    options: dict[str, Any] = {}
    if name in _OVER_ONE_AXIS:
        options["dim"] = shape.channel_axis + 1 if "C" in shape.names else -1
    return (call(_MODULES[name], **options),)


def activation_bytes(name: str, shape: Shape) -> int:
    """What an activation keeps beside its result: what it was given, where its slope cannot be told from the result."""
    return 0 if name in _SLOPE_FROM_RESULT else shape.bytes


def activation_parameters(name: str) -> int:
    """Trainable numbers of an activation: the one slope of a PReLU, else none."""
    return 1 if name == "prelu" else 0
