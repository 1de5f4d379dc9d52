"""Functions of keras.ops: they count the axis of the batch, where layers leave it out."""

from __future__ import annotations

from math import prod
from typing import Any

from designer.core.schema.shape import Size
from designer.interop.keras.building.axes import axes_of, axis_of, in_two, reshaped, with_sizes
from designer.interop.keras.building.builder import UnsupportedError, Use, rule
from designer.interop.keras.building.values import Layout, Value
from designer.interop.keras.rules.activation import over_axes
from designer.interop.keras.rules.bounds import scaled
from designer.interop.keras.rules.merging import joined
from designer.interop.keras.rules.shape import in_sizes, permuted

_LEAST = ("Min", "Amin")
_POOLS = {"Mean": "global_avg_pool", "Max": "global_max_pool", "Amax": "global_max_pool", "Sum": "global_sum_pool"}


@rule("ops.Reshape")
def reshape(use: Use) -> Value:
    """Its first size is that of the batch, which has to stay: -1, or what Keras does not know."""
    raw = use.config.get("newshape")
    if not isinstance(raw, list | tuple) or len(raw) < 2 or raw[0] not in (-1, None):
        raise UnsupportedError(f"its new shape {str(raw)[:60]} does not leave open how many samples there are")
    sizes = [-1 if size is None else size for size in raw[1:]]
    if not all(isinstance(size, int) for size in sizes):
        raise UnsupportedError("does not say what shape it gives")
    if use.only.shape.varies or (raw[0] == -1 and prod(sizes) != use.only.shape.elements):
        raise UnsupportedError(f"its new shape {str(raw)[:60]} changes how many samples there are, or varies itself")
    return in_sizes(use, use.only, sizes)


@rule("ops.Transpose")
def transpose(use: Use) -> Value:
    """The axes in another order, that of the batch first."""
    axes = use.config.get("axes")
    if not isinstance(axes, list | tuple) or not axes or axes[0] != 0:
        raise UnsupportedError("puts another axis in the place of the batch")
    return permuted(use, use.only, [axis_of(use.only, axis) for axis in axes[1:]])


@rule("ops.Swapaxes")
def swap_axes(use: Use) -> Value:
    """Two axes each in the place of the other."""
    value = use.only
    one, other = (axis_of(value, use.config.whole(name)) for name in ("axis1", "axis2"))
    axes = list(range(value.rank))
    axes[one], axes[other] = axes[other], axes[one]
    return permuted(use, value, axes)


@rule("ops.Moveaxis")
def move_axis(use: Use) -> Value:
    """Axes taken out and put in elsewhere."""
    value = use.only
    sources, places = (_each(value, use.config.axes(name, -1)) for name in ("source", "destination"))
    if len(sources) != len(places):
        raise UnsupportedError("moves more axes than it names places for")
    axes = [axis for axis in range(value.rank) if axis not in sources]
    for place, source in sorted(zip(places, sources, strict=True)):
        axes.insert(place, source)
    return permuted(use, value, axes)


def _each(value: Value, axes: list[int]) -> list[int]:
    return [axis_of(value, axis) for axis in axes]


@rule("ops.ExpandDims")
def expand_dims(use: Use) -> Value:
    """An axis of size 1 more; it counts in what comes of it."""
    value, axis = use.only, use.config.axes("axis", -1)
    if len(axis) != 1:
        raise UnsupportedError("adds several axes at once")
    place = axis[0] - 1 if axis[0] > 0 else axis[0] + value.rank + 1
    if axis[0] == 0 or not 0 <= place <= value.rank:
        raise UnsupportedError("adds an axis in the place of the batch")
    return _with(use, value, (*value.sizes[:place], 1, *value.sizes[place:]))


@rule("ops.Squeeze")
def squeeze(use: Use) -> Value:
    """Axes of size 1 left out."""
    value = use.only
    axes = range(value.rank) if use.config.get("axis") is None else axes_of(value, use.config.axes("axis", -1))
    return _with(use, value, tuple(size for axis, size in enumerate(value.sizes) if size != 1 or axis not in axes))


def _with(use: Use, value: Value, sizes: tuple[Size, ...]) -> Value:
    if not sizes:
        raise UnsupportedError("leaves no axis beside that of the batch")
    return with_sizes(use, value, sizes, Layout.usual(len(sizes), use.gives_steps), suffix="")


@rule("ops.Concatenate")
def concatenate(use: Use) -> Value:
    """Along any axis but that of the batch, which it takes by itself."""
    return joined(use, use.given, use.config.axes("axis", 0)[0])


@rule("ops.Softmax", "ops.LogSoftmax")
def softmax(use: Use) -> Value:
    """Over an axis, or over several as one."""
    value = use.only
    name = "softmax" if use.layer.class_name == "Softmax" else "log_softmax"
    return over_axes(use, value, name, axes_of(value, _named(use)))


@rule(*(f"ops.{name}" for name in (*_POOLS, *_LEAST)))
def reduce(use: Use) -> Value:
    """The mean, the largest, the smallest or the sum over axes: a pooling over all steps, or all pixels."""
    value = use.only
    axes = axes_of(value, _named(use))
    if use.config.get("initial") is not None:
        raise UnsupportedError("begins with a number of its own (initial)")
    kept = [axis for axis in range(value.rank) if axis not in axes]
    sizes: list[Any] = [1 if axis in axes else size for axis, size in enumerate(value.sizes)]
    if not use.config.flag("keepdims", False):
        sizes = [value.sizes[axis] for axis in kept]
    if not sizes:
        raise UnsupportedError("leaves no axis beside that of the batch")
    if use.layer.class_name in _LEAST:  # the largest of the opposites
        largest = use.add("global_max_pool", {}, _pooled(use, scaled(use, value, -1.0), kept))
        made = scaled(use, largest, -1.0)
    else:
        made = use.add(_POOLS[use.layer.class_name], {}, _pooled(use, value, kept))
    if len(sizes) == 1:
        return made
    return reshaped(use, made, tuple(sizes), use.gives_steps)


def _pooled(use: Use, value: Value, kept: list[int]) -> Value:
    """What a pooling takes: an image where its channels are kept, or else a sequence of what goes and what stays."""
    whole = value.shape.is_spatial or value.shape.is_sequence
    if whole and kept == [value.places.index(value.shape.channel_axis)]:
        return value
    return in_two(use, value, kept)


def _named(use: Use) -> list[int]:
    """The axes that an operation names. Raises UnsupportedError for none, which are all, the batch included."""
    axis = use.config.get("axis", -1 if use.layer.class_name.endswith("Softmax") else None)
    if axis is None:
        raise UnsupportedError("goes over all axes, that of the batch included")
    return use.config.axes("axis", -1)
