"""Poolings, over windows and over all positions."""

from __future__ import annotations

from dataclasses import replace

from designer.interop.keras.building.axes import along, with_sizes
from designer.interop.keras.building.builder import UnsupportedError, Use, rule
from designer.interop.keras.building.values import Value
from designer.interop.keras.rules.convolution import rank_of, sizes_as_field


@rule("MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "MaxPool1D", "MaxPool2D", "MaxPool3D")
def maximum(use: Use) -> Value:
    """The largest number of each window."""
    return _pool(use, "max_pool")


@rule("AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "AvgPool1D", "AvgPool2D", "AvgPool3D")
def average(use: Use) -> Value:
    """The mean of each window."""
    return _pool(use, "avg_pool")


def _pool(use: Use, kind: str) -> Value:
    rank = rank_of(use)
    value = along(use, rank)
    return replace(pooled(use, kind, value, rank), turned=value.turned)


def pooled(use: Use, kind: str, value: Value, rank: int) -> Value:
    """What a pooling along so many axes makes, by the fields of the layer."""
    size = use.config.sizes("pool_size", rank, 2)
    stride = size if use.config.get("strides") is None else use.config.sizes("strides", rank)
    padding = use.config.word("padding", "valid")
    if padding not in ("valid", "same"):
        raise UnsupportedError(f"padding {padding[:40]!r} is neither valid nor same")
    params = {"kernel_size": sizes_as_field(size), "stride": sizes_as_field(stride)}
    return use.add(f"{kind}{rank}d", params | ({} if padding == "valid" else {"padding_rule": "same"}), value)


_GLOBAL = [
    f"Global{word}{rank}D" for word in ("AveragePooling", "MaxPooling", "AvgPool", "MaxPool") for rank in (1, 2, 3)
]


@rule(*_GLOBAL)
def over_all(use: Use) -> Value:
    """The mean or the largest number of each channel; with keepdims its axes stay, of size 1."""
    kind = "global_max_pool" if "Max" in use.layer.class_name else "global_avg_pool"
    value = along(use, rank_of(use))
    made = use.add(kind, {}, value)
    if not use.config.flag("keepdims", False):
        return made
    sizes = [made.shape.last if place == value.shape.channel_axis else 1 for place in value.places]
    return with_sizes(use, made, sizes, value.layout, suffix="keepdims")
