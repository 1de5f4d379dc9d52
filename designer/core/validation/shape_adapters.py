"""Blocks that make one shape of another: what can be put between two blocks that do not fit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import isqrt, prod
from typing import Any

from pydantic import ValidationError

from designer.core.graph.block import Block, ShapeError
from designer.core.graph.registry import find
from designer.core.schema.shape import Shape

Way = tuple[Block, ...]
"""Blocks one behind the other."""
_FOR_IMAGES = {3: "conv2d", 4: "conv3d"}


def after(way: Way, shape: Shape) -> Shape | None:
    """What blocks one behind the other make of a shape; None where one of them cannot take what it gets."""
    for block in way:
        try:
            (shape,) = block.output_shapes(shape)
        except ShapeError:
            return None
    return shape


def to_other_axes(shape: Shape) -> Iterator[Way]:
    """Ways to values with other axes, whatever their sizes; the most usual ones first."""
    if shape.is_tokens:
        for embedding in _one("embedding"):
            yield embedding
            yield from (embedding + more for more in (*_one("global_avg_pool"), *_one("flatten")))
    elif shape.is_features:
        yield from _of_features(shape.last)
    elif not shape.is_state and shape.names[:1] != ("A",):
        yield from _one("flatten")
        yield from _one("global_avg_pool")
        yield from _as_steps(shape)


def _of_features(size: int) -> Iterator[Way]:
    """Each number a step; a square picture, where they make one; each number a channel."""
    yield from _one("reshape", sizes=(size, 1))
    side = isqrt(size)
    if side * side == size and side > 1:
        yield from _one("reshape", sizes=(1, side, side))
    yield from _one("reshape", sizes=(size, 1, 1))


def _as_steps(shape: Shape) -> Iterator[Way]:
    """An image as the sequence of its rows, a sequence as an image of one channel, and the like."""
    if shape.varies:
        return
    sizes = shape.fixed_sizes
    if shape.is_image and sizes[0] == 1:
        yield from _one("reshape", sizes=sizes[1:])
    elif shape.is_image:
        rows_first, flat = _new("permute", order=(2, 3, 1)), _new("reshape", sizes=(sizes[1], sizes[0] * sizes[2]))
        if rows_first and flat:
            yield rows_first, flat
    elif shape.is_sequence:
        yield from _one("reshape", sizes=(1, *sizes))
    elif len(sizes) == 4:  # frames as slices or slices as frames; both as channels; frames as steps
        yield from _one("volume_to_frames" if shape.is_spatial else "frames_to_volume")
        yield from _one("reshape", sizes=(sizes[0] * sizes[1], *sizes[2:]))
        yield from _one("reshape", sizes=(sizes[0], prod(sizes[1:])))


def to_shape(shape: Shape, wanted: Shape) -> Iterator[Way]:
    """Ways to exactly this shape, the most usual ones first: projections, then those that cut, fill up or resize.

    A 1×1 convolution, with a stride where the image shrinks, is the projection of He et al. (2016).
    """
    for way in _ways(shape, wanted):
        if way and after(way, shape) == wanted:
            yield way


def _ways(shape: Shape, wanted: Shape) -> Iterator[Way]:
    if shape.names == wanted.names:
        yield from _same_axes(shape, wanted)
    elif shape.is_features:
        yield from _from_features(shape, wanted)
    elif wanted.is_features:
        for way in to_other_axes(shape):
            yield way
            for dense in _one("dense", out_features=wanted.last):
                yield way + dense


def _from_features(shape: Shape, wanted: Shape) -> Iterator[Way]:
    """The features as one step or one pixel; else as many numbers as there are wanted, laid out."""
    if not wanted.varies:
        yield from _one("unflatten", sizes=wanted.fixed_sizes)
        for dense, laid_out in product(
            _one("dense", out_features=wanted.elements), _one("unflatten", sizes=wanted.fixed_sizes)
        ):
            yield dense + laid_out


def _same_axes(shape: Shape, wanted: Shape) -> Iterator[Way]:
    project = list(_projected(wanted))
    if shape.is_image:
        yield from _strided(shape, wanted)
    places = [place for place in range(shape.rank) if place != shape.channel_axis]
    if all(shape.sizes[place] == wanted.sizes[place] for place in places):
        yield from project
        return
    if shape.varies or wanted.varies:
        return
    for way in _resized(shape, wanted, places):
        made = after(way, shape)
        if made == wanted:
            yield way
        else:
            yield from (way + more for more in project)


def _projected(wanted: Shape) -> Iterator[Way]:
    """Other channels, with all else as it is."""
    if wanted.is_features or wanted.is_sequence:
        yield from _one("dense", out_features=wanted.last)
    elif wanted.is_spatial:
        yield from _one(_FOR_IMAGES[wanted.rank], out_channels=wanted.channels, kernel_size=1, stride=1, padding=0)


def _strided(shape: Shape, wanted: Shape) -> Iterator[Way]:
    strides = [_stride(*sizes) for sizes in zip(shape.fixed_sizes[1:], wanted.fixed_sizes[1:], strict=True)]
    if None not in strides:
        yield from _one("conv2d", out_channels=wanted.channels, kernel_size=1, stride=tuple(strides), padding=0)


def _stride(size: int, wanted: int) -> int | None:
    """The stride with which a window of 1 makes `wanted` of `size`, if there is one."""
    return next((step for step in range(1, min(size, 1024) + 1) if (size - 1) // step + 1 == wanted), None)


def _resized(shape: Shape, wanted: Shape, places: list[int]) -> Iterator[Way]:
    """The wanted sizes along all axes but that of the channels."""
    sizes = [(shape.fixed_sizes[place], wanted.fixed_sizes[place]) for place in places]
    if all(have >= want for have, want in sizes):
        yield from _one("crop", cropping=_sides([have - want for have, want in sizes]))
        if shape.is_image:
            yield from _one("adaptive_avg_pool2d", output_size=wanted.fixed_sizes[1:])
    if all(have <= want for have, want in sizes):
        if all(want % have == 0 for have, want in sizes):
            yield from _one("upsample", scale_factor=tuple(want // have for have, want in sizes))
        yield from _one("zero_pad", padding=_sides([want - have for have, want in sizes]))


def _sides(differences: list[int]) -> tuple[int, ...]:
    """For each axis, half before and half behind; the last axis first, as Crop and ZeroPad have them."""
    return tuple(half for more in reversed(differences) for half in (more // 2, more - more // 2))


def _one(kind: str, **params: Any) -> Iterator[Way]:
    block = _new(kind, **params)
    if block:
        yield (block,)


def _new(kind: str, **params: Any) -> Block | None:
    """A block; None where there is no such kind, or it takes no such sizes."""
    found = find(kind)
    try:
        return found(**params) if found else None
    except ValidationError:
        return None
