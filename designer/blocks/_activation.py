"""The activation functions that blocks share, as a parameter and as a block."""

from __future__ import annotations

from typing import Any, Literal

from designer.core.graph.block import Call, Saved, call
from designer.core.schema.shape import Shape

Function = Literal[
    "relu",
    "relu6",
    "leaky_relu",
    "prelu",
    "elu",
    "selu",
    "gelu",
    "gelu_tanh",
    "silu",
    "softplus",
    "hardswish",
    "hardsigmoid",
    "celu",
    "mish",
    "softsign",
    "exponential",
    "hardtanh",
    "log_sigmoid",
    "tanhshrink",
    "softshrink",
    "hardshrink",
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
    "gelu_tanh": "GELU (tanh)",
    "silu": "SiLU",
    "softplus": "softplus",
    "hardswish": "Hardswish",
    "hardsigmoid": "Hardsigmoid",
    "celu": "CELU",
    "mish": "Mish",
    "softsign": "softsign",
    "exponential": "exp",
    "hardtanh": "Hardtanh",
    "log_sigmoid": "log-sigmoid",
    "tanhshrink": "Tanhshrink",
    "softshrink": "Softshrink",
    "hardshrink": "Hardshrink",
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
    "gelu_tanh": "nn.GELU",
    "silu": "nn.SiLU",
    "softplus": "nn.Softplus",
    "hardswish": "nn.Hardswish",
    "hardsigmoid": "nn.Hardsigmoid",
    "celu": "nn.CELU",
    "mish": "nn.Mish",
    "softsign": "nn.Softsign",
    "exponential": "Exponential",
    "hardtanh": "nn.Hardtanh",
    "log_sigmoid": "nn.LogSigmoid",
    "tanhshrink": "nn.Tanhshrink",
    "softshrink": "nn.Softshrink",
    "hardshrink": "nn.Hardshrink",
    "tanh": "nn.Tanh",
    "sigmoid": "nn.Sigmoid",
    "softmax": "nn.Softmax",
    "log_softmax": "nn.LogSoftmax",
}
_OVER_ONE_AXIS = ("softmax", "log_softmax")
_SLOPE_FROM_RESULT = ("relu", "tanh", "sigmoid", "exponential", *_OVER_ONE_AXIS)
_SAVE_A_STEP_MORE = ("softsign", "log_sigmoid")


def activation_layers(name: str, shape: Shape) -> tuple[Call, ...]:
    """The module for an activation; softmax runs over the channels of images and volumes, else over the features."""
    if name == "none":
        return ()
    options: dict[str, Any] = {}
    if name in _OVER_ONE_AXIS:
        options["dim"] = shape.channel_axis + 1 if "C" in shape.names else -1
    if name == "gelu_tanh":
        options["approximate"] = "tanh"
    return (call(_MODULES[name], **options),)


def saved_by_activation(name: str, shape: Shape) -> Saved:
    """What an activation saves: its result, or what it was given where its slope cannot be told from the result."""
    if name == "none":
        return Saved(view=True)
    if name in _SLOPE_FROM_RESULT:
        return Saved(outputs=(0,))
    if name == "tanhshrink":
        return Saved(inside=shape.bytes)  # the tanh
    return Saved(inputs=(0,), inside=shape.bytes if name in _SAVE_A_STEP_MORE else 0)


def saved_with(name: str, shape: Shape, *, takes: bool = True, inside: int = 0) -> Saved:
    """What a block saves that ends with an activation: perhaps what it takes, and bytes of its own."""
    function = saved_by_activation(name, shape)
    between = function.inside + (shape.bytes if function.inputs else 0)
    return Saved((0,) if takes else (), function.outputs, inside + between)


def activation_parameters(name: str) -> int:
    """Trainable numbers of an activation: the one slope of a PReLU, else none."""
    return 1 if name == "prelu" else 0
