"""Functions of keras.ops that are made of others: bounds, absolute numbers, products of matrices, poolings."""

from __future__ import annotations

from dataclasses import replace

from designer.interop.keras.building.axes import along, with_channels
from designer.interop.keras.building.builder import UnsupportedError, Use, rule
from designer.interop.keras.building.values import Value
from designer.interop.keras.rules.pooling import pooled


@rule("ops.Clip")
def clip(use: Use) -> Value:
    """min(max(x, low), high) = low + min(relu(x - low), high - low)."""
    low, high = use.config.real("x_min", 0.0), use.config.real("x_max", 1.0)
    if high <= low:
        raise UnsupportedError(f"lets nothing through: its bounds are {low:g} and {high:g}")
    return at_least(use, use.only, low, high - low)


def at_least(use: Use, value: Value, low: float, most: float = 0.0) -> Value:
    """max(x, low) = low + relu(x - low), by at most so much above it where that is not 0."""
    made = scaled(use, value, 1.0, -low) if low else value
    params = {"max_value": most, "threshold": 0.0, "negative_slope": 0.0}
    made = use.add("bounded_relu", params, made, suffix="bounded").like(value)
    return scaled(use, made, 1.0, low) if low else made


def at_most(use: Use, value: Value, high: float) -> Value:
    """min(x, high) = -max(-x, -high)."""
    return scaled(use, at_least(use, scaled(use, value, -1.0), -high), -1.0)


def scaled(use: Use, value: Value, scale: float, offset: float = 0.0) -> Value:
    """scale x + offset."""
    return use.add("rescale", {"scale": scale, "offset": offset}, value, suffix="scaled").like(value)


@rule("ops.Absolute", "ops.Abs")
def absolute(use: Use) -> Value:
    """max(x, -x)."""
    value = use.only
    return use.add("maximum", {"count": 2}, value, scaled(use, value, -1.0), suffix="larger").like(value)


@rule("ops.Matmul")
def product(use: Use) -> Value:
    """Of two matrices for each sample: what each row of the one makes with each column of the other."""
    values = use.given
    if len(values) != 2 or any(value.rank != 2 or value.order is not None for value in values):
        raise UnsupportedError("multiplies something other than a matrix by a matrix for each sample")
    one, other = with_channels(use, values[0], 1), with_channels(use, values[1], 0)
    return use.add("dot", {"normalize": False}, one, other)


@rule("ops.MaxPool", "ops.AveragePool")
def pool(use: Use) -> Value:
    """The largest or the mean of each window."""
    kind = "max_pool" if use.layer.class_name == "MaxPool" else "avg_pool"
    rank = use.only.rank - 1
    value = along(use, rank)
    return replace(pooled(use, kind, value, rank), turned=value.turned)
