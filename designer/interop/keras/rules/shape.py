"""Layers that change only the shape. Images lie channels first here, so what Keras counts through is turned first."""

from __future__ import annotations

from math import prod

from designer.core.shape import Size
from designer.interop.keras.making import UnsupportedError, Use, rule
from designer.interop.keras.rules.convolution import as_sides, expect_channels_last, rank_of
from designer.interop.keras.values import Value, flattened_order, keras_sizes, shape_of


@rule("Flatten")
def flatten(use: Use) -> Value:
    """One row. Where layers with columns follow, these take Keras's order; else the image is turned first."""
    value = use.input
    if value.shape.is_features:
        return value
    order = flattened_order(value.shape)
    if order is None or use.columns_move:
        made = use.add("flatten", {}, value)
        return Value(made.ref, made.shape, order)
    use.note("changed", "the channels are moved behind height and width first, to keep Keras's order of the numbers")
    return use.add("flatten", {}, _channels_last(use, value))


def _channels_last(use: Use, value: Value) -> Value:
    """An image with its channels as the last axis: its letters no longer say what its axes are."""
    rank = value.shape.rank
    return use.add("permute", {"order": [*range(2, rank + 1), 1]}, value, suffix="channels_last")


def _channels_first(use: Use, value: Value) -> Value:
    rank = value.shape.rank
    return use.add("permute", {"order": [rank, *range(1, rank)]}, value, suffix="channels_first")


def _is_turned(sizes: tuple[Size, ...]) -> bool:
    """Whether an image of these sizes, channels last, has another order channels first."""
    return len(sizes) > 2 and sizes[-1] != 1 and prod(size or 1 for size in sizes[:-1]) != 1


@rule("Reshape", "ops.Reshape")
def reshape(use: Use) -> Value:
    """Through Keras's order of the numbers."""
    value = use.input
    target = _target(use, value)
    if value.order is not None:
        raise UnsupportedError("reshapes features that lie in another order than in Keras")
    if value.shape.varies:
        raise UnsupportedError("reshapes sequences of varying length")
    if value.shape.is_spatial and _is_turned(keras_sizes(value.shape)):
        value = _channels_last(use, value)
    if shape_of(target) is None:
        raise UnsupportedError(f"reshapes to {len(target)} axes: one to four have a counterpart")
    if len(target) < 3:
        return use.add("reshape", {"sizes": list(target)}, value)
    if use.gives_steps:
        raise UnsupportedError("reshapes to a sequence of images")
    if not _is_turned(target):
        return use.add("reshape", {"sizes": [target[-1], *target[:-1]]}, value)
    return _channels_first(use, use.add("reshape", {"sizes": list(target)}, value))


def _target(use: Use, value: Value) -> tuple[int, ...]:
    """The sizes to reshape to, with -1 worked out."""
    raw = use.config.get("target_shape", use.config.get("newshape"))
    if not isinstance(raw, list | tuple) or not all(isinstance(size, int) for size in raw):
        raise UnsupportedError("does not say what shape it gives")
    known = prod(size for size in raw if size > 0)
    if list(raw).count(-1) > 1 or any(size < -1 or size == 0 for size in raw) or value.shape.elements % known:
        raise UnsupportedError(f"reshapes {value.shape.elements} numbers to {list(raw)}")
    return tuple(value.shape.elements // known if size == -1 else size for size in raw)


@rule("Permute")
def permute(use: Use) -> Value:
    """The axes in another order; Keras counts them from 1, channels last."""
    value = use.input
    rank = value.shape.rank
    dims = use.config.sizes("dims", rank)
    if sorted(dims) != list(range(1, rank + 1)):
        raise UnsupportedError(f"its dims {list(dims)} are no order of {rank} axes")
    if rank < 3:
        return use.add("permute", {"order": list(dims)}, value)
    # Ours is (C, rest); Keras's (rest, C): axis k of Keras is axis k + 1 here, and its last one the first.
    ours = [dim % rank + 1 for dim in dims]
    return use.add("permute", {"order": [ours[-1], *ours[:-1]]}, value)


@rule("RepeatVector")
def repeat(use: Use) -> Value:
    """A sequence of equal steps."""
    return use.add("repeat_vector", {"n": use.config.whole("n")}, use.input).like(use.input)


@rule("Masking")
def masking(use: Use) -> Value:
    """Nothing by itself: the mask goes its own way, in `masks`. Steps that are masked are zeros from here on."""
    number = use.config.real("mask_value", 0.0)
    if number == 0.0:
        return use.input
    return use.add("masking", {"mask_value": number}, use.input)


@rule("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D")
def zero_padding(use: Use) -> Value:
    """Zeros around."""
    expect_channels_last(use)
    return use.add("zero_pad", {"padding": as_sides(use.config.sides("padding", rank_of(use)))}, use.input)


@rule("Cropping1D", "Cropping2D", "Cropping3D")
def cropping(use: Use) -> Value:
    """The outermost numbers cut off."""
    expect_channels_last(use)
    return use.add("crop", {"cropping": as_sides(use.config.sides("cropping", rank_of(use)))}, use.input)


@rule("UpSampling1D", "UpSampling2D", "UpSampling3D")
def upsampling(use: Use) -> Value:
    """Each number several times, or a mean of the nearest."""
    expect_channels_last(use)
    rank = rank_of(use)
    mode = use.config.word("interpolation", "nearest")
    if mode not in ("nearest", "bilinear"):
        raise UnsupportedError(f"its interpolation is {mode[:40]!r}: only nearest and bilinear have a counterpart")
    size = use.config.sizes("size", rank, 2)
    return use.add("upsample", {"scale_factor": size[0] if len(size) == 1 else list(size), "mode": mode}, use.input)
