"""What flows between layers while a network is made: the output of a block, its shape, and how Keras had it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from designer.core.schema.shape import Shape, Size
from designer.interop.keras.file.errors import UnsupportedError

Order = NDArray[np.intp]
Places = tuple[int, ...]
"""For each axis of Keras, without that of the batch, its place in our shape. Places that none has are of size 1."""

IMAGE_SEQUENCE = ("L", "C", "H", "W")
_NAMES: dict[int, tuple[str, ...]] = {1: ("F",), 2: ("L", "F"), 3: ("C", "H", "W"), 4: ("C", "D", "H", "W")}
_TURNED: dict[tuple[str, ...], Places] = {
    ("C", "H", "W"): (1, 2, 0),
    ("C", "D", "H", "W"): (1, 2, 3, 0),
    IMAGE_SEQUENCE: (0, 2, 3, 1),
}
"""Where Keras has the channels last, and we do not."""


@dataclass(frozen=True)
class Layout:
    """How our axes are called, and where those of Keras are among them."""

    names: tuple[str, ...]
    places: Places

    @classmethod
    def usual(cls, rank: int, steps: bool = False) -> Layout:
        """That of values with so many axes in Keras; `steps` says that four are those of an image sequence."""
        if rank not in _NAMES:
            raise UnsupportedError(f"has {rank} axes: one to four have a counterpart")
        names = IMAGE_SEQUENCE if steps and rank == 4 else _NAMES[rank]
        return cls(names, places_of(names))

    def sizes(self, keras: tuple[Size, ...]) -> tuple[Size, ...]:
        """Our sizes for those of Keras."""
        found: list[Size] = [1] * len(self.names)
        for place, size in zip(self.places, keras, strict=True):
            found[place] = size
        return tuple(found)

    def shape(self, keras: tuple[Size, ...]) -> Shape:
        """Our shape for the sizes of Keras."""
        return Shape.of(self.sizes(keras), self.names)


def places_of(names: tuple[str, ...]) -> Places:
    """Where Keras's axes are in a shape that lies as is usual: channels last there, and first here."""
    return _TURNED.get(names, tuple(range(len(names))))


@dataclass(frozen=True)
class Mask:
    """Which steps of a sequence count in Keras: those where another value has a number that is not `number`."""

    source: str
    """The output of a block, as a Value's `ref`."""
    shape: Shape
    number: float
    label: str = field(compare=False)
    """A name for the block that puts it to use."""


@dataclass(frozen=True)
class Value:
    """An output of a block.

    `order` is there where features lie in another order than in Keras, behind a Flatten of images: for each feature
    its place in Keras. `part` marks the states h and c of an LSTM, which here are one value. `turned` says where
    Keras's axes are, where that is not as usual: every rule that asks for an axis goes through `places`.
    """

    ref: str
    shape: Shape
    order: Order | None = None
    part: Literal["", "h", "c"] = ""
    mask: Mask | None = None
    """What Keras hands on beside the value; its steps are all there until a layer makes use of it."""
    padding: Literal["", "zeros", "last", "other"] = ""
    """Of a value whose steps that count have moved together: what stands in the place of the others in Keras."""
    strange: str = ""
    """What to tell where a layer sees the masked steps, in which Keras has other numbers than we have."""
    turned: Places | None = None

    def __post_init__(self) -> None:
        if self.turned == places_of(self.shape.names):
            object.__setattr__(self, "turned", None)

    @property
    def places(self) -> Places:
        """For each axis of Keras its place in our shape."""
        return places_of(self.shape.names) if self.turned is None else self.turned

    @property
    def rank(self) -> int:
        """The axes that Keras has, without that of the batch."""
        return len(self.places)

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The sizes as Keras has them."""
        return tuple(self.shape.sizes[place] for place in self.places)

    @property
    def layout(self) -> Layout:
        """Its axes."""
        return Layout(self.shape.names, self.places)

    def like(self, other: Value) -> Value:
        """The same value with the order of features and of axes that another one has."""
        return replace(self, order=other.order, turned=other.turned)


def shape_of(sizes: tuple[Size, ...], steps: bool = False) -> Shape | None:
    """Our shape for Keras's sizes; `steps` says that four are those of an image sequence.

    None for other counts, and where another size than the length of a sequence is open.
    """
    may_vary = steps or len(sizes) <= 2
    if not 1 <= len(sizes) <= 4 or None in sizes[may_vary:]:
        return None
    return Layout.usual(len(sizes), steps).shape(sizes)


def flattened_order(value: Value, first: int = 0) -> Order | None:
    """For each number of a sample, as our axes lie, its place in Keras's row; None where the two are the same.

    `first` axes of Keras go behind the others before it flattens: one with `channels_first`.
    """
    if None in value.shape.sizes:
        return None
    keras = (*range(first, value.rank), *range(first))
    sizes = [value.shape.fixed_sizes[value.places[axis]] for axis in keras]
    places = np.arange(value.shape.elements).reshape(sizes)
    ours = sorted(range(value.rank), key=lambda number: value.places[keras[number]])
    order = places.transpose(ours).reshape(-1)
    return None if np.array_equal(order, np.arange(order.size)) else order
