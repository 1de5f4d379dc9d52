"""Convolutions: plain, depthwise, separable and transposed, with kernels from channels last to channels first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from designer.interop.keras.building.axes import along
from designer.interop.keras.building.builder import UnsupportedError, Use, expected, rule
from designer.interop.keras.building.values import Value
from designer.interop.keras.file.variables import Array
from designer.interop.keras.rules.activation import as_field, behind


def rank_of(use: Use) -> int:
    """1, 2 or 3: the number before the D in the class's name."""
    return next(int(letter) for letter in use.layer.class_name if letter.isdigit())


def sizes_as_field(sizes: tuple[int, ...]) -> Any:
    """A block's field for one, two or three sizes."""
    return sizes[0] if len(sizes) == 1 else list(sizes)


def as_sides(sides: tuple[tuple[int, int], ...]) -> list[int]:
    """What goes on before and behind each axis, as torch counts the sides: from the last axis to the first."""
    return [number for pair in reversed(sides) for number in pair]


def kernel_first(kernel: Array) -> Array:
    """From [*sizes, in, out] to [out, in, *sizes]."""
    return np.moveaxis(kernel, (-1, -2), (0, 1))


def _window(use: Use, rank: int) -> dict[str, Any]:
    """Kernel, stride, dilation and padding, as all but the transposed have them."""
    padding = use.config.word("padding", "valid")
    if padding not in ("valid", "same", "causal"):
        raise UnsupportedError(f"padding {padding[:40]!r} is neither valid, same nor causal")
    found: dict[str, Any] = {
        "kernel_size": sizes_as_field(use.config.sizes("kernel_size", rank)),
        "stride": sizes_as_field(use.config.sizes("strides", rank, 1)),
        "dilation": sizes_as_field(use.config.sizes("dilation_rate", rank, 1)),
        "bias": use.config.flag("use_bias", True),
    }
    return found | ({} if padding == "valid" else {"padding_rule": padding})


@rule("Conv1D", "Conv2D", "Conv3D", "Convolution1D", "Convolution2D", "Convolution3D")
def convolution(use: Use) -> Value:
    """Conv1D, Conv2D and Conv3D, grouped and dilated ones as well."""
    rank = rank_of(use)
    field, rest = as_field(use)
    params = _window(use, rank) | {"out_channels": use.config.whole("filters"), "groups": use.config.whole("groups", 1)}
    arrays = expected(use.weights(), 1 + params["bias"], use)
    named = {}
    if arrays:
        named = {"weight": kernel_first(arrays[0])} | ({"bias": arrays[1]} if params["bias"] else {})
    value = along(use, rank)
    made = use.add(f"conv{rank}d", params | {"activation": field}, value, arrays=named)
    return behind(use, replace(made, turned=value.turned), rest)


@rule("DepthwiseConv1D", "DepthwiseConv2D")
def depthwise(use: Use) -> Value:
    """Each channel by kernels of its own: from [*sizes, in, multiplier] to [in * multiplier, 1, *sizes]."""
    rank = rank_of(use)
    field, rest = as_field(use)
    params = _window(use, rank) | {"depth_multiplier": use.config.whole("depth_multiplier", 1)}
    arrays = expected(use.weights(), 1 + params["bias"], use)
    named = {}
    if arrays:
        named = {"weight": _depthwise_kernel(arrays[0])} | ({"bias": arrays[1]} if params["bias"] else {})
    value = along(use, rank)
    made = use.add(f"depthwise_conv{rank}d", params | {"activation": field}, value, arrays=named)
    return behind(use, replace(made, turned=value.turned), rest)


def _depthwise_kernel(kernel: Array) -> Array:
    first = np.moveaxis(kernel, (-2, -1), (0, 1))
    return first.reshape(-1, 1, *first.shape[2:])


@rule("SeparableConv1D", "SeparableConv2D", "SeparableConvolution1D", "SeparableConvolution2D")
def separable(use: Use) -> Value:
    """A depthwise convolution and one of size 1 behind it."""
    rank = rank_of(use)
    field, rest = as_field(use)
    params = _window(use, rank) | {
        "out_channels": use.config.whole("filters"),
        "depth_multiplier": use.config.whole("depth_multiplier", 1),
    }
    arrays = expected(use.weights(), 2 + params["bias"], use)
    named = {}
    if arrays:
        named = {"_depthwise.weight": _depthwise_kernel(arrays[0]), "_pointwise.weight": kernel_first(arrays[1])}
        named |= {"_pointwise.bias": arrays[2]} if params["bias"] else {}
    value = along(use, rank)
    made = use.add(f"separable_conv{rank}d", params | {"activation": field}, value, arrays=named)
    return behind(use, replace(made, turned=value.turned), rest)


@rule(*(f"{word}{rank}DTranspose" for word in ("Conv", "Convolution") for rank in (1, 2, 3)))
def transposed(use: Use) -> Value:
    """A transposed convolution: from [*sizes, out, in] to [in, out, *sizes].

    Without padding Keras gives (n - 1) stride + kernel numbers, or n stride where that is more; with `same` n stride,
    of which it leaves out the first (kernel - stride) // 2: torch's padding, and a Crop where one more goes behind.
    """
    rank = rank_of(use)
    kernel, stride = use.config.sizes("kernel_size", rank), use.config.sizes("strides", rank, 1)
    dilation = use.config.sizes("dilation_rate", rank, 1)
    if use.config.get("output_padding") is not None:
        raise UnsupportedError("a transposed convolution with an output_padding of its own")
    same = use.config.word("padding", "valid") == "same"
    # How many numbers there are beyond n * stride, and what is done with them: fewer than none are added.
    surplus = [(size - 1) * spread + 1 - step for size, step, spread in zip(kernel, stride, dilation, strict=True)]
    cut = [max(more, 0) if same else 0 for more in surplus]
    field, rest = as_field(use)
    bias = use.config.flag("use_bias", True)
    params = {
        "out_channels": use.config.whole("filters"),
        "kernel_size": sizes_as_field(kernel),
        "stride": sizes_as_field(stride),
        "dilation": sizes_as_field(dilation),
        "padding": sizes_as_field(tuple(more // 2 for more in cut)),
        "output_padding": sizes_as_field(tuple(max(-more, 0) for more in surplus)),
        "bias": bias,
    }
    arrays = expected(use.weights(), 1 + bias, use)
    named = {}
    if arrays:
        named = {"weight": np.moveaxis(arrays[0], (-1, -2), (0, 1))} | ({"bias": arrays[1]} if bias else {})
    value = along(use, rank)
    made = use.add(f"conv_transpose{rank}d", params | {"activation": field}, value, arrays=named)
    if any(more % 2 for more in cut):
        made = use.add("crop", {"cropping": as_sides(tuple((0, more % 2) for more in cut))}, made, suffix="crop")
    return behind(use, replace(made, turned=value.turned), rest)
