"""Normalisation, dropout and noise."""

from __future__ import annotations

from typing import Any

import numpy as np

from designer.interop.keras.building.axes import along, axes_of, in_two, out_of_two, with_channels
from designer.interop.keras.building.builder import UnsupportedError, Use, expected, rule
from designer.interop.keras.building.subnetworks import itself_at_every_step
from designer.interop.keras.building.values import IMAGE_SEQUENCE, Value
from designer.interop.keras.file.variables import Array
from designer.interop.keras.rules.convolution import rank_of


def one_axis(use: Use, value: Value) -> int:
    """The one axis that a layer names, among those of a value. Raises UnsupportedError for several."""
    axes = axes_of(value, use.config.axes("axis", -1))
    if len(axes) != 1:
        raise UnsupportedError(f"its axis is {use.config.get('axis')}: one alone has a counterpart")
    return axes[0]


def scale_and_shift(use: Use, size: int | tuple[int, ...], order: Any = None) -> tuple[dict[str, Array], list[Array]]:
    """γ and β as weight and bias, of 1 and 0 where Keras has none, and the variables behind them."""
    scale, center = use.config.flag("scale", True), use.config.flag("center", True)
    for there, word, value in ((scale, "γ", "1"), (center, "β", "0")):
        if not there:
            use.note("changed", f"Keras has no {word} here; torch has one that begins as {value} and is learned")
    arrays = use.weights()
    if arrays is None:
        return {}, []
    waiting = list(arrays)
    if len(waiting) < scale + center:
        expected(arrays, scale + center, use)
    weight = waiting.pop(0) if scale else np.ones(size, np.float32)
    bias = waiting.pop(0) if center else np.zeros(size, np.float32)
    found = {"weight": weight, "bias": bias}
    return {name: array if order is None else array[order] for name, array in found.items()}, waiting


@rule("BatchNormalization", "SyncBatchNormalization")
def batch(use: Use) -> Value:
    """torch's momentum is the share of the new batch, Keras's that of what was known."""
    value = use.only
    axis = one_axis(use, value)
    if value.shape.names == IMAGE_SEQUENCE and axis > 0:
        return itself_at_every_step(use, axis=axis - value.rank)
    value = with_channels(use, value, axis, steps=False)
    kind = f"batch_norm{max(value.shape.rank - 1, 1)}d" if value.shape.is_spatial else "batch_norm1d"
    params = {
        "eps": use.config.real("epsilon", 1e-3),
        "momentum": round(1.0 - use.config.real("momentum", 0.99), 12),
    }
    named, running = scale_and_shift(use, value.shape.channels, value.order)
    if named:
        expected(running, 2, use)
        mean, variance = running
        order = slice(None) if value.order is None else value.order
        named |= {"running_mean": mean[order], "running_var": variance[order]}
        named["num_batches_tracked"] = np.zeros((), np.float32)
    return use.add(kind, params, value, arrays=named).like(value)


@rule("LayerNormalization")
def layer(use: Use) -> Value:
    """Over the channels of each position, over all axes, or over some of them as one."""
    value = use.only
    if use.config.flag("rms_scaling", False):
        raise UnsupportedError("a LayerNormalization with rms_scaling")
    axes = axes_of(value, use.config.axes("axis", -1))
    eps = use.config.real("epsilon", 1e-3)
    if 1 < len(axes) < value.rank:
        return _over_some(use, value, axes, eps)
    if len(axes) == 1:
        value = with_channels(use, value, axes[0])
        named, rest = scale_and_shift(use, value.shape.channels, value.order)
    elif value.shape.varies:
        raise UnsupportedError("goes over all steps of sequences whose length varies")
    else:
        named, rest = scale_and_shift(use, tuple(value.shape.fixed_sizes[place] for place in value.places))
        named = {name: _as_it_lies(value, array) for name, array in named.items()}
    expected(rest if named else None, 0, use)
    params = {"eps": eps, "axes": "features" if len(axes) == 1 else "all"}
    return use.add("layer_norm", params, value, arrays=named).like(value)


def _as_it_lies(value: Value, array: Array) -> Array:
    """An array with Keras's axes, with those of a value."""
    axes = sorted(range(value.rank), key=lambda axis: value.places[axis])
    sizes = tuple(value.shape.fixed_sizes[place] for place in value.places)
    return array.reshape(sizes).transpose(axes).reshape(value.shape.fixed_sizes)


def _over_some(use: Use, value: Value, axes: list[int], eps: float) -> Value:
    """Over several axes, but not all: these as the features of a sequence."""
    if value.shape.names == IMAGE_SEQUENCE and 0 not in axes:
        return itself_at_every_step(use, axis=[axis - value.rank for axis in axes])
    joined = in_two(use, value, axes)
    named, rest = scale_and_shift(use, joined.shape.last)
    expected(rest if named else None, 0, use)
    named = {name: array.reshape(-1) for name, array in named.items()}
    made = use.add("layer_norm", {"eps": eps, "axes": "features"}, joined, arrays=named)
    return out_of_two(use, made, value, axes)


@rule("RMSNormalization")
def root_mean_square(use: Use) -> Value:
    """Over the features."""
    value = use.only
    value = with_channels(use, value, one_axis(use, value))
    arrays = expected(use.weights(), 1, use)
    named = {} if not arrays else {"weight": arrays[0] if value.order is None else arrays[0][value.order]}
    return use.add("rms_norm", {"eps": use.config.real("epsilon", 1e-6)}, value, arrays=named).like(value)


@rule("UnitNormalization")
def unit(use: Use) -> Value:
    """A length of 1, along an axis or along several as one."""
    value = use.only
    axes = axes_of(value, use.config.axes("axis", -1))
    if len(axes) == 1:
        value = with_channels(use, value, axes[0])
        return use.add("unit_norm", {}, value).like(value)
    return out_of_two(use, use.add("unit_norm", {}, in_two(use, value, axes)), value, axes)


@rule("GroupNormalization")
def group(use: Use) -> Value:
    """Over groups of channels; groups of -1 are as many as channels."""
    value = use.only
    if value.order is not None:
        raise UnsupportedError("groups features that lie in another order than in Keras")
    value = with_channels(use, value, one_axis(use, value), steps=False)
    groups = use.config.whole("groups", 32)
    named, rest = scale_and_shift(use, value.shape.channels)
    expected(rest if named else None, 0, use)
    params = {"num_groups": value.shape.channels if groups == -1 else groups, "eps": use.config.real("epsilon", 1e-3)}
    return use.add("group_norm", params, value, arrays=named).like(value)


@rule("Dropout", "AlphaDropout")
def dropout(use: Use) -> Value:
    """Forgets at random while training."""
    if use.config.get("noise_shape") is not None:
        use.note("changed", "its noise_shape is left out: each number is dropped on its own")
    if use.layer.class_name == "AlphaDropout":
        use.note("changed", "an AlphaDropout becomes a Dropout")
    return use.add("dropout", {"p": use.config.real("rate", 0.5)}, use.only).like(use.only)


@rule("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
def channel_dropout(use: Use) -> Value:
    """Forgets whole channels."""
    value = along(use, rank_of(use))
    return use.add("channel_dropout", {"p": use.config.real("rate", 0.5)}, value).like(value)


@rule("GaussianNoise")
def noise(use: Use) -> Value:
    """Adds random numbers while training."""
    return use.add("gaussian_noise", {"std": use.config.real("stddev", 1.0)}, use.only).like(use.only)


@rule("Identity", "InputLayer")
def identity(use: Use) -> Value:
    """Hands its input on."""
    return use.only


@rule("LayerScale")
def layer_scale(use: Use) -> Value:
    """One learned factor for each channel (as in ConvNeXt)."""
    arrays = expected(use.weights(), 1, use)
    params = {"initial": use.config.real("init_values", 1e-6)}
    value = with_channels(use, use.only, use.only.rank - 1)
    return use.add("layer_scale", params, value, arrays={"weight": arrays[0]} if arrays else {}).like(value)
