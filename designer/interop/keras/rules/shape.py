"""Layers that change only the shape. Images lie channels first here, so what Keras counts through is turned first."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import Any

from designer.core.schema.units import plural
from designer.interop.keras.building.axes import along, arranged, reshaped, turned_by
from designer.interop.keras.building.builder import UnsupportedError, Use, rule
from designer.interop.keras.building.subnetworks import itself_at_every_step
from designer.interop.keras.building.values import IMAGE_SEQUENCE, Layout, Value, flattened_order
from designer.interop.keras.rules.convolution import as_sides, rank_of


@rule("Flatten")
def flatten(use: Use) -> Value:
    """One row. Where layers with columns follow, these take Keras's order; else the image is turned first."""
    value = use.only
    first = int(use.config.get("data_format") == "channels_first")
    if value.rank == 1:
        return value
    if value.order is not None:
        raise UnsupportedError("takes features that lie in another order than in Keras")
    order = flattened_order(value, first)
    if order is None or use.columns_move:
        made = use.add("flatten", {}, value)
        return Value(made.ref, made.shape, order)
    use.note("changed", "its axes are turned first, to keep Keras's order of the numbers")
    return use.add("flatten", {}, turned_by(use, value, (*range(first, value.rank), *range(first))))


@rule("Reshape")
def reshape(use: Use) -> Value:
    """Through Keras's order of the numbers."""
    raw = use.config.get("target_shape")
    if not isinstance(raw, list | tuple) or not all(isinstance(size, int) for size in raw):
        raise UnsupportedError("does not say what shape it gives")
    if use.only.shape.varies:
        return _of_each_step(use, use.only, list(raw))
    return in_sizes(use, use.only, list(raw))


def in_sizes(use: Use, value: Value, raw: list[int]) -> Value:
    """The value in other sizes of Keras, one of which may be -1, for what is left."""
    known = prod(size for size in raw if size > 0)
    if raw.count(-1) > 1 or any(size < -1 or size == 0 for size in raw) or value.shape.elements % known:
        raise UnsupportedError(f"reshapes {plural(value.shape.elements, 'number')} to {raw}")
    target = tuple(value.shape.elements // known if size == -1 else size for size in raw)
    if prod(target) != value.shape.elements:
        raise UnsupportedError(f"reshapes {plural(value.shape.elements, 'number')} to {raw}")
    return value if target == value.sizes else reshaped(use, value, target, use.gives_steps)


def _of_each_step(use: Use, value: Value, raw: list[int]) -> Value:
    """A sequence whose length varies can only have its steps reshaped, each by itself."""
    each = [value.shape.fixed_sizes[place] for place in value.places[1:]]
    if not raw or raw[0] != -1 or -1 in raw[1:] or prod(raw[1:]) != prod(each) or not raw[1:]:
        raise UnsupportedError("reshapes sequences of varying length")
    return value if raw[1:] == each else itself_at_every_step(use, target_shape=raw[1:])


@rule("Permute")
def permute(use: Use) -> Value:
    """The axes in another order; Keras counts them from 1."""
    dims = use.config.get("dims")
    return permuted(use, use.only, [dim - 1 for dim in dims] if _are_whole(dims) else [])


def permuted(use: Use, value: Value, axes: list[int]) -> Value:
    """The value with its axes in another order, the first one 0."""
    if sorted(axes) != list(range(value.rank)):
        raise UnsupportedError(
            f"puts the {plural(value.rank, 'axis', 'axes')} of {value.shape.noun} into an order that is none"
        )
    made = replace(value, turned=tuple(value.places[axis] for axis in axes))
    steps = value.shape.names == IMAGE_SEQUENCE or use.gives_steps
    return arranged(use, made, Layout.usual(value.rank, steps), suffix="")


def _are_whole(dims: Any) -> bool:
    return isinstance(dims, list | tuple) and all(isinstance(dim, int) for dim in dims)


@rule("RepeatVector")
def repeat(use: Use) -> Value:
    """A sequence of equal steps."""
    made = use.add("repeat_vector", {"n": use.config.whole("n")}, use.input)
    return replace(made, order=use.input.order)


@rule("Masking")
def masking(use: Use) -> Value:
    """Nothing by itself: the mask goes its own way, in `masks`."""
    use.config.ignore("mask_value")
    return use.only


@rule("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D")
def zero_padding(use: Use) -> Value:
    """Zeros around."""
    value = along(use, rank_of(use))
    return use.add("zero_pad", {"padding": as_sides(use.config.sides("padding", rank_of(use)))}, value).like(value)


@rule("Cropping1D", "Cropping2D", "Cropping3D")
def cropping(use: Use) -> Value:
    """The outermost numbers cut off."""
    value = along(use, rank_of(use))
    return use.add("crop", {"cropping": as_sides(use.config.sides("cropping", rank_of(use)))}, value).like(value)


@rule("UpSampling1D", "UpSampling2D", "UpSampling3D")
def upsampling(use: Use) -> Value:
    """Each number several times, or a mean of the nearest."""
    rank = rank_of(use)
    mode = use.config.word("interpolation", "nearest")
    if mode not in ("nearest", "bilinear"):
        raise UnsupportedError(f"its interpolation is {mode[:40]!r}: only nearest and bilinear have a counterpart")
    size = use.config.sizes("size", rank, 2)
    value = along(use, rank)
    params = {"scale_factor": size[0] if len(size) == 1 else list(size), "mode": mode}
    return use.add("upsample", params, value).like(value)
