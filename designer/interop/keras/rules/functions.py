"""Functions of keras.ops for whole values: a square, a cast, a stack, and parts of a value, as x[:, -1]."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from designer.interop.keras.arranging import axis_of, in_two, out_of_two, reshaped, with_sizes
from designer.interop.keras.making import UnsupportedError, Use, rule
from designer.interop.keras.rules.merging import joined
from designer.interop.keras.values import Layout, Value


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
    for axis, first, stop, stays in reversed(list(_parts(use, value))):
        value = _part_of(use, value, axis, (first, stop), stays)
    return value


def _part_of(use: Use, value: Value, axis: int, ends: tuple[int, int], stays: bool) -> Value:
    """The steps of one axis from the first of `ends` to before the second, which is 0 for the end."""
    size, others = value.sizes[axis], [number for number in range(value.rank) if number != axis]
    if not stays and (size is None or not others):
        raise UnsupportedError("takes one number of each sample, or one step of sequences whose length varies")
    params = {"start": ends[0], "stop": ends[1]}
    made = use.add("slice_steps", params, in_two(use, value, others), suffix="part")
    if stays:
        length = made.shape.sizes[0]
        return out_of_two(use, made, replace(value, shape=value.shape.with_size(value.places[axis], length)), others)
    if made.shape.sizes[0] != 1:
        raise UnsupportedError(f"takes step {ends[0]} of {size}, which is not there")
    sizes = tuple(value.shape.fixed_sizes[value.places[number]] for number in others)
    return reshaped(use, made, sizes, use.gives_steps)


def _parts(use: Use, value: Value) -> Iterator[tuple[int, int, int, bool]]:
    """The axes of which it takes a part: the first step, the one to end before, and whether the axis stays."""
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
            yield axis_of(value, number), *_ends(item)


_EVERYTHING = {"class_name": "__slice__", "config": {"start": None, "stop": None, "step": None}}


def _class_of(item: Any) -> Any:
    return item.get("class_name") if isinstance(item, dict) else None


def _ends(item: Any) -> tuple[int, int, bool]:
    """Where a part begins and ends, and whether its axis stays. Raises UnsupportedError for what is no such part."""
    if isinstance(item, int) and not isinstance(item, bool):
        return item, item + 1, False
    config = item.get("config") if _class_of(item) == "__slice__" else None
    if not isinstance(config, dict) or config.get("step") not in (None, 1):
        raise UnsupportedError("takes every second step, or steps that are no row")
    first, stop = config.get("start") or 0, config.get("stop")
    whole = all(isinstance(end, int) for end in (first, stop or 0))
    if not whole or stop == 0:
        raise UnsupportedError("takes a part whose ends are no whole numbers, or of which nothing is left")
    return first, stop or 0, True
