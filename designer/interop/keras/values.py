"""What flows between layers while a network is made: the output of a block, its shape, and how Keras had it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from designer.core.shape import Shape, Size

Order = NDArray[np.intp]


@dataclass(frozen=True)
class Mask:
    """Which steps of a sequence count in Keras: those where another value has a number that is not `number`."""

    source: str
    """The output of a block, as a Value's `ref`."""
    shape: Shape
    number: float
    label: str
    """A name for the block that puts it to use."""


@dataclass(frozen=True)
class Value:
    """An output of a block.

    `order` is there where features lie in another order than in Keras, behind a Flatten of images: for each feature
    its place in Keras. `part` marks the states h and c of an LSTM, which here are one value.
    """

    ref: str
    shape: Shape
    order: Order | None = None
    part: Literal["", "h", "c"] = ""
    mask: Mask | None = None
    """What Keras hands on beside the value; its steps are all there until a layer makes use of it."""
    padding: Literal["", "zeros", "last", "other"] = ""
    """Of a value that has lost the steps that do not count: what stands in their place in Keras."""

    def like(self, other: Value) -> Value:
        """The same value with the order that another one has."""
        return replace(self, order=other.order)


def keras_sizes(shape: Shape) -> tuple[Size, ...]:
    """The sizes as Keras has them: channels last."""
    sizes = shape.sizes
    if shape.is_spatial:
        return (*sizes[1:], sizes[0])
    if shape.names == ("L", "C", "H", "W"):
        return sizes[0], sizes[2], sizes[3], sizes[1]
    return sizes


def shape_of(sizes: tuple[Size, ...], steps: bool = False) -> Shape | None:
    """Our shape for Keras's sizes; `steps` says that four are those of an image sequence.

    None for other counts, and where another size than the length of a sequence is open.
    """
    may_vary = steps or len(sizes) <= 2
    if not 1 <= len(sizes) <= 4 or None in sizes[may_vary:]:
        return None
    if len(sizes) == 4 and steps:
        return Shape.of((sizes[0], sizes[3], sizes[1], sizes[2]), ("L", "C", "H", "W"))
    if len(sizes) >= 3:
        return Shape.of((sizes[-1], *sizes[:-1]))
    return Shape.of(sizes)


def flattened_order(shape: Shape) -> Order | None:
    """For each number of a sample laid out channels first, its place when laid out channels last; None if the same."""
    sizes = keras_sizes(shape)
    if not shape.is_spatial or None in sizes:
        return None
    places = np.arange(shape.elements).reshape(shape.fixed_sizes[1:] + shape.fixed_sizes[:1])
    order = np.moveaxis(places, -1, 0).reshape(-1)
    return None if np.array_equal(order, np.arange(order.size)) else order
