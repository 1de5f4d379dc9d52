"""Normalisation, dropout and noise."""

from __future__ import annotations

from typing import Any

import numpy as np

from designer.interop.keras.making import UnsupportedError, Use, expected, rule
from designer.interop.keras.values import Value
from designer.interop.keras.variables import Array


def expect_last_axis(use: Use, value: Value, default: int = -1) -> None:
    """Raises UnsupportedError for a layer that works along another axis than the channels or features."""
    if use.config.axes("axis", default) not in ([-1], [value.shape.rank]):
        raise UnsupportedError(f"its axis is {use.config.get('axis')}: only the last one has a counterpart")


def scale_and_shift(use: Use, size: int, order: Any = None) -> tuple[dict[str, Array], list[Array]]:
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
    value = use.input
    expect_last_axis(use, value)
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
    """Over the channels of each position, or over the features."""
    value = use.input
    if use.config.flag("rms_scaling", False):
        raise UnsupportedError("a LayerNormalization with rms_scaling")
    every = list(range(1, value.shape.rank + 1))
    axes = use.config.axes("axis", -1)
    whole = len(every) > 1 and sorted(axis % (value.shape.rank + 1) for axis in axes) == every
    if not whole:
        expect_last_axis(use, value)
    named, rest = scale_and_shift(use, value.shape.channels, value.order)
    expected(rest if named else None, 0, use)
    if whole and value.shape.is_spatial:
        named = {name: np.moveaxis(array, -1, 0) for name, array in named.items()}
    params = {"eps": use.config.real("epsilon", 1e-3), "axes": "all" if whole else "features"}
    return use.add("layer_norm", params, value, arrays=named).like(value)


@rule("RMSNormalization")
def root_mean_square(use: Use) -> Value:
    """Over the features."""
    value = use.input
    expect_last_axis(use, value)
    arrays = expected(use.weights(), 1, use)
    named = {} if not arrays else {"weight": arrays[0] if value.order is None else arrays[0][value.order]}
    return use.add("rms_norm", {"eps": use.config.real("epsilon", 1e-6)}, value, arrays=named).like(value)


@rule("GroupNormalization")
def group(use: Use) -> Value:
    """Over groups of channels; groups of -1 are as many as channels."""
    value = use.input
    expect_last_axis(use, value)
    groups = use.config.whole("groups", 32)
    named, rest = scale_and_shift(use, value.shape.channels)
    expected(rest if named else None, 0, use)
    params = {"num_groups": value.shape.channels if groups == -1 else groups, "eps": use.config.real("epsilon", 1e-3)}
    return use.add("group_norm", params, value, arrays=named)


@rule("Dropout", "AlphaDropout")
def dropout(use: Use) -> Value:
    """Forgets at random while training."""
    if use.config.get("noise_shape") is not None:
        use.note("changed", "its noise_shape is left out: each number is dropped on its own")
    if use.layer.class_name == "AlphaDropout":
        use.note("changed", "an AlphaDropout becomes a Dropout")
    return use.add("dropout", {"p": use.config.real("rate", 0.5)}, use.input).like(use.input)


@rule("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")
def channel_dropout(use: Use) -> Value:
    """Forgets whole channels."""
    return use.add("channel_dropout", {"p": use.config.real("rate", 0.5)}, use.input)


@rule("GaussianNoise")
def noise(use: Use) -> Value:
    """Adds random numbers while training."""
    return use.add("gaussian_noise", {"std": use.config.real("stddev", 1.0)}, use.input).like(use.input)


@rule("ActivityRegularization", "StochasticDepth")
def only_while_training(use: Use) -> Value:
    """What changes nothing but training, and has no counterpart."""
    use.note("dropped", f"a {use.layer.class_name} acts only while training: there is no block for it")
    return use.input


@rule("Identity", "InputLayer")
def identity(use: Use) -> Value:
    """Hands its input on."""
    return use.input


@rule("LayerScale")
def layer_scale(use: Use) -> Value:
    """One learned factor for each channel (as in ConvNeXt)."""
    arrays = expected(use.weights(), 1, use)
    params = {"initial": use.config.real("init_values", 1e-6)}
    return use.add("layer_scale", params, use.input, arrays={"weight": arrays[0]} if arrays else {})


@rule("Normalization")
def standardisation(use: Use) -> Value:
    """(x - mean) / std of each channel; the numbers are in the configuration, or were found by adapt()."""
    value = use.input
    if use.config.flag("invert", False):
        raise UnsupportedError("its invert is true")
    mean, variance = use.config.numbers("mean"), use.config.numbers("variance")
    if mean is None or variance is None:
        expect_last_axis(use, value)
        arrays = use.weights()
        if not arrays:
            use.note("changed", "its mean and variance are not in the file: they are 0 and 1 here")
            return value
        mean, variance = (array.reshape(-1).tolist() for array in arrays[:2])
    if value.order is not None or len(mean) > 1 or len(variance) > 1:
        expect_last_axis(use, value)
    deviations = [max(float(np.sqrt(max(number, 0.0))), 1e-7) for number in variance]
    return use.add("standardize", {"mean": mean, "std": deviations}, value).like(value)
