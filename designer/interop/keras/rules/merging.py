"""Merging, and the operations that Keras 3 writes for a + b of two tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from designer.interop.keras.making import UnsupportedError, Use, rule
from designer.interop.keras.values import Value, keras_sizes

_MOST = 16
"""Inputs of one merging block."""
_KINDS = {
    "Add": "add",
    "Subtract": "subtract",
    "Multiply": "multiply",
    "Average": "average",
    "Maximum": "maximum",
}


@rule(*_KINDS)
def merge(use: Use) -> Value:
    """Number by number."""
    return _merged(use, _KINDS[use.layer.class_name], use.inputs)


def _merged(use: Use, kind: str, values: list[Value]) -> Value:
    if len(values) < 2:
        return use.input
    if len(values) > _MOST:
        raise UnsupportedError(f"merges {len(values)} values: more than {_MOST}")
    order = values[0].order
    if any(not _same_order(order, value.order) for value in values):
        raise UnsupportedError("merges features that lie in different orders")
    made = use.add(kind, {"count": len(values)}, *_of_one_rank(use, values), suffix=kind)
    return Value(made.ref, made.shape, order)


def _same_order(one: Any, other: Any) -> bool:
    return one is other or (one is not None and other is not None and np.array_equal(one, other))


def _of_one_rank(use: Use, values: list[Value]) -> list[Value]:
    """The values with axes of size 1 in front where others have more: Keras lines the axes up from the last one."""
    rank = max(value.shape.rank for value in values)
    found = []
    for value in values:
        if value.shape.rank < rank:
            sizes = (1,) * (rank - value.shape.rank) + keras_sizes(value.shape)
            value = use.add(
                "reshape", {"sizes": list((sizes[-1], *sizes[:-1]) if rank > 2 else sizes)}, value, suffix="axes"
            )
        found.append(value)
    return found


@rule("Concatenate", "ops.Concatenate")
def concatenate(use: Use) -> Value:
    """Along the channels, or along another axis."""
    values, axis = use.inputs, use.config.axes("axis", -1)[0]
    if len(values) == 1:
        return values[0]
    shape = values[0].shape
    names = (*shape.names[1:], shape.names[0]) if shape.is_spatial else shape.names
    place = axis + len(names) if axis < 0 else axis - 1
    if not 0 <= place < len(names):
        raise UnsupportedError(f"its axis {axis} is none of {shape.noun}")
    along = {"L": "length", "D": "depth", "H": "height", "W": "width"}.get(names[place], "channels")
    order = _joined(values) if along == "channels" else None
    if along != "channels" and any(value.order is not None for value in values):
        raise UnsupportedError("joins features that lie in another order than in Keras")
    number = 1
    while len(values) > 1:  # more than one block has inputs for are joined in several
        first, rest = values[:_MOST], values[_MOST:]
        params = {"count": len(first), "axis": along}
        values = [use.add("concatenate", params, *first, suffix=str(number)), *rest]
        number += 1
    return Value(values[0].ref, values[0].shape, order)


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
    values = use.inputs
    axes = use.config.axes("axes", -1)
    last = {-1, *(value.shape.rank for value in values)}
    if any(axis not in last for axis in axes) or any(value.order is not None for value in values):
        raise UnsupportedError(f"a Dot over the axes {use.config.get('axes')}: only the features have a counterpart")
    return use.add("dot", {"normalize": use.config.flag("normalize", False)}, *values)


@rule("CustomScaleLayer")
def scaled_sum(use: Use) -> Value:
    """x_1 + scale x_2 (of Keras's InceptionResNetV2)."""
    if len(use.inputs) != 2:
        raise UnsupportedError(f"takes {len(use.inputs)} values: expected two")
    one, other = use.inputs
    scaled = use.add("rescale", {"scale": use.config.real("scale", 1.0), "offset": 0.0}, other, suffix="scale")
    return use.add("add", {"count": 2}, one, scaled, suffix="sum")


@rule("Rescaling")
def rescaling(use: Use) -> Value:
    """scale x + offset."""
    for name in ("scale", "offset"):
        if isinstance(use.config.get(name), list):
            raise UnsupportedError(f"its {name} has a number for each channel")
    params = {"scale": use.config.real("scale", 1.0), "offset": use.config.real("offset", 0.0)}
    return use.add("rescale", params, use.input).like(use.input)


@rule("ops.Add", "ops.Subtract", "ops.Multiply", "ops.Divide", "ops.TrueDivide", "ops.Negative", "ops.Maximum")
def arithmetic(use: Use) -> Value:
    """An operation of a tensor with another one, or with a number."""
    values, operation = use.inputs, use.layer.class_name
    arguments = [*use.call.args, *use.call.kwargs.values()]
    if len(values) == 2 and operation in _KINDS:
        return _merged(use, _KINDS[operation], values)
    numbers = [item for item in arguments if isinstance(item, int | float) and not isinstance(item, bool)]
    if len(values) != 1 or len(numbers) != (operation != "Negative"):
        raise UnsupportedError(f"an operation {operation} that has no block")
    first = bool(arguments) and isinstance(arguments[0], Value)
    scale, offset = _as_rescaling(operation, float(numbers[0]) if numbers else 0.0, first)
    return use.add("rescale", {"scale": scale, "offset": offset}, values[0]).like(values[0])


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
}


@rule("ops.TFOpLambda")
def of_tensorflow(use: Use) -> Value:
    """The same in Keras 2, which names TensorFlow's functions and gives the second argument as `y`."""
    operation = _OF_TENSORFLOW.get(use.config.word("function", ""))
    if operation is None:
        raise UnsupportedError(f"TensorFlow's function {str(use.config.get('function'))[:60]!r} has no block")
    values = use.inputs
    number = use.call.kwargs.get("y")
    if isinstance(number, Value):
        return _merged(use, _KINDS[operation], [*values, number]) if operation in _KINDS else _no_block(operation)
    if isinstance(number, bool) or not isinstance(number, int | float) or len(values) != 1:
        _no_block(operation)
    scale, offset = _as_rescaling(operation, float(number or 0.0), tensor_first=True)
    return use.add("rescale", {"scale": scale, "offset": offset}, values[0]).like(values[0])


def _no_block(operation: str) -> Any:
    raise UnsupportedError(f"an operation {operation} of these values has no block")
