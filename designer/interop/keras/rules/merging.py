"""Merging, and the operations that Keras 3 writes for a + b of two tensors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from designer.core.schema.units import plural
from designer.interop.keras.building.axes import arranged, axis_of, usual, with_channels, with_sizes
from designer.interop.keras.building.builder import UnsupportedError, Use, rule
from designer.interop.keras.building.values import Layout, Value
from designer.interop.keras.rules.bounds import at_least, at_most

_MOST = 16
"""Inputs of one merging block."""
_KINDS = {
    "Add": "add",
    "Subtract": "subtract",
    "Multiply": "multiply",
    "Average": "average",
    "Maximum": "maximum",
    "Minimum": "minimum",
}


@rule(*_KINDS)
def merge(use: Use) -> Value:
    """Number by number."""
    return _merged(use, _KINDS[use.layer.class_name], use.given)


def _merged(use: Use, kind: str, values: list[Value]) -> Value:
    if len(values) < 2:
        return use.input
    if len(values) > _MOST:
        raise UnsupportedError(f"merges {len(values)} values: more than {_MOST}")
    order = values[0].order
    if any(not _same_order(order, value.order) for value in values):
        raise UnsupportedError("merges features that lie in different orders")
    made = use.add(kind, {"count": len(values)}, *_of_one_rank(use, values), suffix=kind)
    return replace(made, order=order)


def _same_order(one: Any, other: Any) -> bool:
    return one is other or (one is not None and other is not None and np.array_equal(one, other))


def _of_one_rank(use: Use, values: list[Value]) -> list[Value]:
    """The values with axes of size 1 in front where others have more: Keras lines the axes up from the last one."""
    rank = max(value.rank for value in values)
    layout = _layout_of(use, next(value for value in values if value.rank == rank))
    return [with_sizes(use, value, (1,) * (rank - value.rank) + value.sizes, layout) for value in values]


def _layout_of(use: Use, value: Value) -> Layout:
    """The usual layout for what a value is, an image sequence or not."""
    return usual(use, value).layout


@rule("Concatenate")
def concatenate(use: Use) -> Value:
    """Along the channels, or along another axis."""
    return joined(use, use.given, use.config.axes("axis", -1)[0])


_LETTERS = {"L": "length", "D": "depth", "H": "height", "W": "width", "C": "channels", "F": "channels"}


def joined(use: Use, values: list[Value], axis: int) -> Value:
    """Values side by side along an axis as Keras counts them."""
    if not values:
        raise UnsupportedError("takes no value")
    if any(value.rank != values[0].rank for value in values):
        raise UnsupportedError("joins values with different numbers of axes")
    layout = _layout_of(use, values[0])
    values = [arranged(use, value, layout) for value in values]
    if len(values) == 1:
        return values[0]
    along = _LETTERS.get(layout.names[layout.places[axis_of(values[0], axis)]])
    if along is None:
        raise UnsupportedError(f"joins {values[0].shape.noun} along an axis that has no name here")
    order = _joined(values) if along == "channels" else None
    if along != "channels" and any(value.order is not None for value in values):
        raise UnsupportedError("joins features that lie in another order than in Keras")
    number = 1
    while len(values) > 1:  # more than one block has inputs for are joined in several
        first, rest = values[:_MOST], values[_MOST:]
        params = {"count": len(first), "axis": along}
        values = [use.add("concatenate", params, *first, suffix=str(number)), *rest]
        number += 1
    return replace(values[0], order=order, turned=layout.places)


def _joined(values: list[Value]) -> Any:
    """The order of features that lie side by side."""
    if all(value.order is None for value in values):
        return None
    orders, before = [], 0
    for value in values:
        own = np.arange(value.shape.channels) if value.order is None else value.order
        orders.append(own + before)
        before += value.shape.channels
    return np.concatenate(orders)


@rule("Dot")
def dot(use: Use) -> Value:
    """Over the features, of rows or of sequences."""
    values = use.given
    axes = use.config.axes("axes", -1)
    axes = axes * 2 if len(axes) == 1 else axes
    if len(values) != 2 or len(axes) != 2 or any(value.rank > 2 for value in values):
        raise UnsupportedError("a Dot of two rows of features, or of two sequences, has a block; this is another one")
    if any(value.order is not None for value in values):
        raise UnsupportedError("multiplies features that lie in another order than in Keras")
    axes = [axis_of(value, axis) for value, axis in zip(values, axes, strict=True)]
    both = [with_channels(use, value, axis) for value, axis in zip(values, axes, strict=True)]
    return use.add("dot", {"normalize": use.config.flag("normalize", False)}, *both)


@rule("CustomScaleLayer")
def scaled_sum(use: Use) -> Value:
    """x_1 + scale x_2 (of Keras's InceptionResNetV2)."""
    if len(use.inputs) != 2:
        raise UnsupportedError(f"takes {plural(len(use.inputs), 'value')}: expected two")
    one, other = use.inputs
    scaled = use.add("rescale", {"scale": use.config.real("scale", 1.0), "offset": 0.0}, other, suffix="scale")
    return use.add("add", {"count": 2}, one, scaled, suffix="sum")


@rule("Rescaling")
def rescaling(use: Use) -> Value:
    """scale x + offset."""
    value = use.only
    if isinstance(use.config.get("scale"), list) or isinstance(use.config.get("offset"), list):
        return _by_channel(use, with_channels(use, value, value.rank - 1))
    params = {"scale": use.config.real("scale", 1.0), "offset": use.config.real("offset", 0.0)}
    return use.add("rescale", params, value).like(value)


def _by_channel(use: Use, value: Value) -> Value:
    """scale x + offset with a number for each channel: (x - mean) / std, as a Standardize has them."""
    found = []
    for name, default in (("scale", 1.0), ("offset", 0.0)):
        given = use.config.get(name)
        numbers = use.config.numbers(name) if isinstance(given, list) else [use.config.real(name, default)]
        if numbers is None or len(numbers) not in (1, value.shape.channels):
            raise UnsupportedError(
                f"its {name} has neither one number nor one for each of {plural(value.shape.channels, 'channel')}"
            )
        found.append(np.broadcast_to(np.array(numbers), value.shape.channels))
    scale, offset = (numbers if value.order is None else numbers[value.order] for numbers in found)
    if not (np.all(scale > 0) or np.all(scale < 0)):
        raise UnsupportedError("its scale has numbers of both signs, or a zero: one sign for all has a block")
    made = value
    if scale[0] < 0:
        made = use.add("rescale", {"scale": -1.0, "offset": 0.0}, value, suffix="sign")
        scale = -scale
    params = {"mean": (-offset / scale).tolist(), "std": (1 / scale).tolist()}
    return use.add("standardize", params, made, suffix="channels").like(value)


@rule(*(f"ops.{name}" for name in ("Divide", "TrueDivide", "Negative", *_KINDS) if name != "Average"))
def arithmetic(use: Use) -> Value:
    """An operation of a tensor with another one, or with a number."""
    values, operation = use.given, use.layer.class_name
    arguments = [*use.call.args, *use.call.kwargs.values()]
    if len(values) == 2 and operation in _KINDS:
        return _of_two(use, _KINDS[operation], values)
    numbers = [item for item in arguments if isinstance(item, int | float) and not isinstance(item, bool)]
    if len(values) != 1 or len(numbers) != (operation != "Negative"):
        raise UnsupportedError(f"an operation {operation} that has no block")
    if operation in ("Maximum", "Minimum"):
        return (at_least if operation == "Maximum" else at_most)(use, values[0], float(numbers[0]))
    first = bool(arguments) and isinstance(arguments[0], Value)
    scale, offset = _as_rescaling(operation, float(numbers[0]) if numbers else 0.0, first)
    return use.add("rescale", {"scale": scale, "offset": offset}, values[0]).like(values[0])


def _of_two(use: Use, kind: str, values: list[Value]) -> Value:
    """An operation lines up all axes from the last one, that of the batch included; a merging layer does not."""
    if values[0].rank != values[1].rank:
        ranks = " and ".join(str(value.rank) for value in values)
        raise UnsupportedError(
            f"an operation of values with {ranks} axes meets the batch of one with an axis of the other"
        )
    return _merged(use, kind, values)


def _as_rescaling(operation: str, number: float, tensor_first: bool) -> tuple[float, float]:
    """Scale and offset of x + 3, 3 - x, x * 3, x / 3 and -x."""
    if operation in ("Divide", "TrueDivide") and (not tensor_first or number == 0.0):
        raise UnsupportedError("a number divided by a tensor has no block")
    found = {
        "Add": (1.0, number),
        "Subtract": (1.0, -number) if tensor_first else (-1.0, number),
        "Multiply": (number, 0.0),
        "Divide": (1.0 / number if number else 0.0, 0.0),
        "TrueDivide": (1.0 / number if number else 0.0, 0.0),
        "Negative": (-1.0, 0.0),
    }.get(operation)
    if found is None:
        raise UnsupportedError(f"an operation {operation} with a number has no block")
    return found


_OF_TENSORFLOW = {
    "__operators__.add": "Add",
    "math.add": "Add",
    "math.subtract": "Subtract",
    "math.multiply": "Multiply",
    "math.truediv": "TrueDivide",
    "math.negative": "Negative",
    "math.maximum": "Maximum",
    "math.minimum": "Minimum",
}


@rule("ops.TFOpLambda")
def of_tensorflow(use: Use) -> Value:
    """The same in Keras 2, which names TensorFlow's functions and gives the second argument as `y`."""
    operation = _OF_TENSORFLOW.get(use.config.word("function", ""))
    if operation is None:
        raise UnsupportedError(f"TensorFlow's function {str(use.config.get('function'))[:60]!r} has no block")
    values = use.given
    number = use.call.kwargs.get("y")
    if isinstance(number, Value) and len(values) == 1:
        return _of_two(use, _KINDS[operation], [*values, number]) if operation in _KINDS else _no_block(operation)
    if isinstance(number, bool) or not isinstance(number, int | float) or len(values) != 1:
        _no_block(operation)
    scale, offset = _as_rescaling(operation, float(number or 0.0), tensor_first=True)
    return use.add("rescale", {"scale": scale, "offset": offset}, values[0]).like(values[0])


def _no_block(operation: str) -> Any:
    raise UnsupportedError(f"an operation {operation} of these values has no block")
