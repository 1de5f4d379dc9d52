"""Functions of keras.ops for whole values: a square, a cast, a stack, and parts of a value, as x[:, -1]."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from designer.core.schema.units import plural
from designer.interop.keras.building.axes import axes_of, axis_of, in_two, out_of_two, reshaped, with_sizes
from designer.interop.keras.building.builder import UnsupportedError, Use, rule
from designer.interop.keras.building.values import Layout, Value
from designer.interop.keras.rules.merging import joined


@rule("ops.Square")
def square(use: Use) -> Value:
    """A value times itself."""
    return use.add("multiply", {"count": 2}, use.only, use.only).like(use.only)


@rule("ops.Cast", "ops.StopGradient", "ops.Copy")
def same_number(use: Use) -> Value:
    """What changes no number; where gradients end, it is told."""
    dtype = str(use.config.get("dtype", "float32"))
    if not dtype.startswith("float"):
        raise UnsupportedError(f"makes {dtype[:40]} of its numbers")
    if use.layer.class_name == "StopGradient":
        use.note("changed", "Keras lets no gradient through it: here what is in front of it learns from it as well")
    return use.only


@rule("ops.Stack")
def stack(use: Use) -> Value:
    """Values side by side along an axis of their own."""
    values, (axis, *_) = use.given, use.config.axes("axis", 0)
    place = axis - 1 if axis > 0 else axis + values[0].rank + 1
    if axis == 0 or not 0 <= place <= values[0].rank:
        raise UnsupportedError("stacks along the batch, which no block does")
    layout = Layout.usual(values[0].rank + 1, use.gives_steps)
    wide = [
        with_sizes(use, value, (*value.sizes[:place], 1, *value.sizes[place:]), layout, suffix="axis")
        for value in values
    ]
    return joined(use, wide, place + 1)


@rule("ops.GetItem")
def part(use: Use) -> Value:
    """A step, or some in a row, along any axis but that of the batch."""
    value = use.only
    for axis, piece, stays in reversed(list(_parts(use, value))):
        value = turned_around(use, value, axis) if piece == _REVERSED else _part_of(use, value, axis, piece, stays)
    return value


def _part_of(use: Use, value: Value, axis: int, piece: slice, stays: bool = True) -> Value:
    """The steps of one axis that a slice takes; its `stop` is 0 for the end."""
    size, others = value.sizes[axis], [number for number in range(value.rank) if number != axis]
    if not stays and (size is None or not others):
        raise UnsupportedError("takes one number of each sample, or one step of sequences whose length varies")
    params = {"start": piece.start, "stop": piece.stop, "step": piece.step}
    made = use.add("slice_steps", params, in_two(use, value, others), suffix="part")
    if stays:
        length = made.shape.sizes[0]
        return out_of_two(use, made, replace(value, shape=value.shape.with_size(value.places[axis], length)), others)
    if made.shape.sizes[0] != 1:
        raise UnsupportedError(f"takes step {piece.start} of {size}, which is not there")
    sizes = tuple(value.shape.fixed_sizes[value.places[number]] for number in others)
    return reshaped(use, made, sizes, use.gives_steps)


def _parts(use: Use, value: Value) -> Iterator[tuple[int, slice, bool]]:
    """The axes of which it takes a part: which steps, and whether the axis stays."""
    key = use.call.args[1] if len(use.call.args) > 1 else use.call.kwargs.get("key")
    items = list(key) if isinstance(key, list | tuple) else [key]
    places = [number for number, item in enumerate(items) if _class_of(item) == "__ellipsis__"]
    if places:
        gap = [_EVERYTHING] * (value.rank + 2 - len(items))
        items[places[0] : places[0] + 1] = gap
    if not items or items[0] != _EVERYTHING:
        raise UnsupportedError("takes a part of the batch")
    for number, item in enumerate(items[1:], 1):
        if item != _EVERYTHING:
            yield axis_of(value, number), *_piece(item)


_EVERYTHING = {"class_name": "__slice__", "config": {"start": None, "stop": None, "step": None}}


def _class_of(item: Any) -> Any:
    return item.get("class_name") if isinstance(item, dict) else None


_REVERSED = slice(None, None, -1)


def _piece(item: Any) -> tuple[slice, bool]:
    """Which steps a part has, and whether its axis stays. Raises UnsupportedError for what is no such part."""
    if isinstance(item, int) and not isinstance(item, bool):
        return slice(item, item + 1, 1), False
    config = item.get("config") if _class_of(item) == "__slice__" else None
    if not isinstance(config, dict):
        raise UnsupportedError("takes steps that are no row")
    first, stop, step = (config.get(name) for name in ("start", "stop", "step"))
    if (first, stop, step) == (None, None, -1):
        return _REVERSED, True
    step = 1 if step is None else step
    if not all(isinstance(end, int) for end in (first or 0, stop or 0, step)) or stop == 0 or step < 1:
        raise UnsupportedError("takes a part whose ends are no whole numbers, which is empty, or which runs backwards")
    return slice(first or 0, stop or 0, step), True


def turned_around(use: Use, value: Value, axis: int) -> Value:
    """The value with one axis in the opposite order."""
    others = [number for number in range(value.rank) if number != axis]
    if not others:
        raise UnsupportedError("turns the features of a row around, which no block does")
    return out_of_two(use, use.add("reverse", {}, in_two(use, value, others), suffix="reversed"), value, others)


@rule("ops.Flip")
def flip(use: Use) -> Value:
    """Axes in the opposite order."""
    if use.config.get("axis") is None:
        raise UnsupportedError("turns all axes around, that of the batch included")
    value = use.only
    for axis in axes_of(value, use.config.axes("axis", -1)):
        value = turned_around(use, value, axis)
    return value


@rule("ops.Split")
def split(use: Use) -> list[Value]:
    """A value in pieces along an axis: as many of one size as it says, or from place to place."""
    value = use.only
    axis = axis_of(value, use.config.axes("axis", 0)[0])
    size, cuts = value.sizes[axis], use.config.get("indices_or_sections")
    if size is None or value.rank < 2:
        raise UnsupportedError("splits the features of a row, or sequences whose length varies")
    if isinstance(cuts, int):
        cuts = range(size // cuts, size, size // cuts)
    ends = [0, *cuts, size]
    if not all(isinstance(end, int) and 0 <= end <= size for end in ends) or ends != sorted(set(ends)):
        raise UnsupportedError(
            f"splits {plural(size, 'step')} at {str(list(cuts))[:60]}, where pieces are empty or overlap"
        )
    pieces = [slice(first, stop, 1) for first, stop in itertools.pairwise(ends)]
    return [_part_of(use, value, axis, piece) for piece in pieces]


@rule("ops.Pad")
def pad(use: Use) -> Value:
    """A number around a value, along any axes but that of the batch."""
    value, widths = use.only, use.config.get("pad_width")
    number = use.call.kwargs.get("constant_values") or 0
    if (
        use.config.word("mode", "constant") != "constant"
        or isinstance(number, bool)
        or not isinstance(number, int | float)
    ):
        raise UnsupportedError("pads with numbers of the value itself, which no block does")
    sides = widths if isinstance(widths, list | tuple) and len(widths) == value.rank + 1 else []
    if value.rank < 2 or not sides or any(sides[0]):
        raise UnsupportedError("pads the batch, or the features of a row")
    made = _moved(use, value, -float(number))
    for axis, (before, after) in enumerate(sides[1:]):
        made = _padded(use, made, axis, [before, after]) if before or after else made
    return _moved(use, made, float(number))


def _moved(use: Use, value: Value, offset: float) -> Value:
    return use.add("rescale", {"scale": 1.0, "offset": offset}, value, suffix="offset").like(value) if offset else value


def _padded(use: Use, value: Value, axis: int, sides: list[int]) -> Value:
    others = [number for number in range(value.rank) if number != axis]
    made = use.add("zero_pad", {"padding": sides}, in_two(use, value, others), suffix="pad")
    longer = replace(value, shape=value.shape.with_size(value.places[axis], made.shape.sizes[0]))
    return out_of_two(use, made, longer, others)
