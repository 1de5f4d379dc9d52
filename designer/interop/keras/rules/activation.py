"""Activations, as layers and as the argument of others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from designer.blocks._activation import Activation
from designer.interop.keras.building.axes import axes_of, in_two, out_of_two, with_channels
from designer.interop.keras.building.builder import UnsupportedError, Use, rule
from designer.interop.keras.building.values import Value
from designer.interop.keras.file.graph import layer_of
from designer.interop.keras.layer.defaults import named_function
from designer.interop.keras.layer.settings import LayerSettings

_OTHER_NAMES = {
    "linear": "none",
    "swish": "silu",
    "hard_swish": "hardswish",
    "hard_silu": "hardswish",
    "hard_sigmoid": "hardsigmoid",
    "hard_tanh": "hardtanh",
    "hard_shrink": "hardshrink",
    "soft_shrink": "softshrink",
    "tanh_shrink": "tanhshrink",
}
_SAME_NAMES = frozenset(get_args(Activation)) - {"none", "prelu", "leaky_relu", "gelu_tanh"}
_OVER_ONE_AXIS = ("softmax", "log_softmax")
_SLOPE = 0.2
"""Of the function leaky_relu in Keras 3; the layer has 0.3."""


def as_field(use: Use, name: str = "activation") -> tuple[str, Any]:
    """An activation as the field of a block, and what is left to put behind the block: "none" and itself, or None."""
    spec = named_function(use.config.get(name))
    if spec is None:
        return "none", None
    found = _field(use, spec)
    if found in _OVER_ONE_AXIS and use.layer.config.get("data_format") == "channels_first":
        found = None  # Keras's last axis, which no block has as its channels then
    return ("none", spec) if found is None else (found, None)


def _field(use: Use, spec: Any) -> str | None:
    if not isinstance(spec, str):
        return None
    name = _OTHER_NAMES.get(spec, spec)
    if name == "hardsigmoid" and use.builder.keras == 2:
        use.note(
            "changed", "hard_sigmoid is x/6 + 1/2 between 0 and 1 here, as in Keras 3; Keras 2 has 0.2 x + 1/2", True
        )
    return name if name == "none" or name in _SAME_NAMES else None


def behind(use: Use, value: Value, rest: Any) -> Value:
    """The value after an activation that no field holds; one without a counterpart becomes a placeholder."""
    if rest is None:
        return value
    try:
        if isinstance(rest, dict):
            return _of_layer(use, use.settings_of(layer_of(rest)), str(rest.get("class_name")), value)
        if rest == "leaky_relu":
            return _leaky(use, value, _SLOPE)
        if rest in _OVER_ONE_AXIS:
            return function(use, value, rest)
        if rest == "glu":
            return _gated(use, value, value.rank - 1)
    except UnsupportedError as error:
        use.note("unsupported", str(error))
    else:
        use.note("unsupported", f"there is no activation {str(rest)[:60]!r}; a placeholder stands in its place")
    name = str(rest.get("class_name")) if isinstance(rest, dict) else str(rest)
    return use.placeholder(value, suffix="activation", instead_of=name).like(value)


def _leaky(use: Use, value: Value, slope: float) -> Value:
    if slope == 0.0:
        return function(use, value, "relu")
    if slope > 1.0:
        return _bounded(use, value, 0.0, slope, None)
    return use.add("leaky_relu", {"negative_slope": slope}, value, suffix="leaky_relu").like(value)


def function(use: Use, value: Value, name: str) -> Value:
    """A function of each number, or over Keras's last axis."""
    if name in _OVER_ONE_AXIS:
        return over_axes(use, value, name, [value.rank - 1])
    return use.add("activation", {"function": name}, value, suffix=name).like(value)


def over_axes(use: Use, value: Value, name: str, axes: list[int]) -> Value:
    """A softmax over axes of Keras, the first one 0."""
    if len(axes) == 1:
        value = with_channels(use, value, axes[0])
        return use.add("activation", {"function": name}, value, suffix=name).like(value)
    made = use.add("activation", {"function": name}, in_two(use, value, axes), suffix=name)
    return out_of_two(use, made, value, axes)


@rule("Activation")
def activation(use: Use) -> Value:
    """Any function by its name."""
    field, rest = as_field(use)
    value = use.only
    return behind(use, value, rest) if field == "none" else function(use, value, field)


@rule("ReLU", "LeakyReLU", "ELU", "Softmax", "PReLU", "ThresholdedReLU")
def activation_layer(use: Use) -> Value:
    """The activations that are layers of their own."""
    return _of_layer(use, use.config, use.layer.class_name, use.only)


def _of_layer(use: Use, config: LayerSettings, class_name: str, value: Value) -> Value:
    if class_name == "ReLU":
        return _relu(use, config, value)
    if class_name == "LeakyReLU":
        return _leaky(use, value, config.real("negative_slope", config.real("alpha", 0.3)))
    if class_name == "ELU":
        return _elu(use, value, config.real("alpha", 1.0))
    if class_name == "Softmax":
        return over_axes(use, value, "softmax", axes_of(value, config.axes("axis", -1)))
    if class_name == "PReLU":
        return _prelu(use, value)
    if class_name == "ThresholdedReLU":
        return _bounded(use, value, config.real("theta", 1.0), 0.0, None)
    raise UnsupportedError(f"there is no block for a {class_name[:60]}")


def _elu(use: Use, value: Value, alpha: float) -> Value:
    if alpha == 1.0:
        return function(use, value, "elu")
    return use.add("elu", {"alpha": alpha}, value, suffix="elu").like(value)


def _gated(use: Use, value: Value, axis: int) -> Value:
    """One half along an axis, with gates of the other half."""
    value = with_channels(use, value, axis)
    if value.order is not None:
        raise UnsupportedError("takes features that lie in another order than in Keras")
    return replace(use.add("glu", {}, value, suffix="glu"), turned=value.turned)


def _relu(use: Use, config: LayerSettings, value: Value) -> Value:
    slope, threshold = config.real("negative_slope", 0.0), config.real("threshold", 0.0)
    highest = None if config.get("max_value") is None else config.real("max_value", 6.0)
    if threshold == 0.0 and highest is None:
        return _leaky(use, value, slope)
    if (slope, threshold, highest) == (0.0, 0.0, 6.0):
        return function(use, value, "relu6")
    return _bounded(use, value, threshold, slope, highest)


def _bounded(use: Use, value: Value, threshold: float, slope: float, highest: float | None) -> Value:
    if highest is not None and highest <= 0.0:
        raise UnsupportedError(f"a ReLU with max_value {highest:g}: it lets nothing through")
    params = {"max_value": highest or 0.0, "threshold": threshold, "negative_slope": slope}
    return use.add("bounded_relu", params, value, suffix="bounded_relu").like(value)


def _prelu(use: Use, value: Value) -> Value:
    arrays = use.weights()
    slopes = arrays[0] if arrays else None
    shared = use.config.get("shared_axes") or []
    if slopes.size > 1 if slopes is not None else len(shared) < value.shape.rank and value.shape.channels > 1:
        there = f"one for all along its shared_axes {shared}" if shared else "one for each number"
        taken = "" if slopes is None else ": their mean is taken"
        use.note("changed", f"a PReLU has one slope here, and several there, {there}{taken}")
    weight = {} if slopes is None else {"weight": slopes.mean().reshape(1)}
    return use.add("activation", {"function": "prelu"}, value, arrays=weight).like(value)


_OPERATIONS = {
    **{name: name.lower() for name in ("Relu", "Relu6", "Sigmoid", "Tanh", "Silu", "Softplus", "Selu", "Softsign")},
    "Exp": "exponential",
    "HardSigmoid": "hardsigmoid",
    "HardSilu": "hardswish",
    "HardTanh": "hardtanh",
    "LogSigmoid": "log_sigmoid",
    "TanhShrink": "tanhshrink",
}
_WITH_A_NUMBER = {
    "Celu": ("celu", "alpha", 1.0),
    "HardShrink": ("hardshrink", "threshold", 0.5),
    "SoftShrink": ("softshrink", "threshold", 0.5),
}
"""Functions whose number can only be that which Keras takes by itself."""


@rule(*(f"ops.{name}" for name in (*_OPERATIONS, *_WITH_A_NUMBER)))
def operation(use: Use) -> Value:
    """A function of each number, as one of keras.ops: what keras.activations.relu(x) writes."""
    name = use.layer.class_name
    if name in _OPERATIONS:
        return function(use, use.only, _OPERATIONS[name])
    here, field, usual = _WITH_A_NUMBER[name]
    if use.config.real(field, usual) != usual:
        raise UnsupportedError(f"its {field} is {use.config.real(field, usual):g}: only {usual:g} has a counterpart")
    return function(use, use.only, here)


@rule("ops.Gelu", "ops.Elu", "ops.LeakyRelu", "ops.Threshold", "ops.Glu")
def operation_with_options(use: Use) -> Value:
    """Those of which blocks have the options, too."""
    config, value, name = use.config, use.only, use.layer.class_name
    if name == "Gelu":
        return function(use, value, "gelu_tanh" if config.flag("approximate", True) else "gelu")
    if name == "Elu":
        return _elu(use, value, config.real("alpha", 1.0))
    if name == "LeakyRelu":
        return _leaky(use, value, config.real("negative_slope", _SLOPE))
    if name == "Glu":
        return _gated(use, value, axes_of(value, config.axes("axis", -1))[0])
    if config.real("default_value", 0.0) != 0.0:
        raise UnsupportedError("puts another number than 0 in the place of small ones (default_value)")
    return _bounded(use, value, config.real("threshold", 0.0), 0.0, None)
