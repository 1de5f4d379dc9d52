"""Shapes of the values that flow along edges, without the batch axis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from math import prod
from typing import NamedTuple, cast

Size = int | None
"""The length of an axis; None where it varies from sample to sample (padded in a batch)."""

_NAMES_BY_RANK = {1: ("F",), 2: ("L", "F"), 3: ("C", "H", "W"), 4: ("C", "D", "H", "W")}
_NOUNS = {
    ("F",): ("feature", "features"),
    ("L",): ("token", "tokens"),
    ("L", "F"): ("sequence", "sequences"),
    ("C", "H", "W"): ("image", "images"),
    ("C", "D", "H", "W"): ("volume", "volumes"),
    ("L", "C", "H", "W"): ("image sequence", "image sequences"),
    ("S", "F"): ("state", "states"),
    ("HC", "S", "F"): ("LSTM state", "LSTM states"),
    ("A", "Q", "K"): ("attention weight", "attention weights"),
}
_COUNTED = {
    "C": "channels",
    "D": "slices",
    "H": "rows",
    "W": "columns",
    "L": "steps",
    "F": "features",
    "A": "heads",
    "Q": "queries",
    "K": "keys",
    "S": "layers",
    "HC": "states",
}
"""What the size of an axis counts."""
FLOAT_BYTES, TOKEN_BYTES, INDEX_BYTES = 4, 8, 8
"""A number is a float32, a token and a place in a tensor an int64, as torch has them."""


def sizes_text(sizes: Iterable[Size]) -> str:
    """Sizes as a person reads them: 1×28×28; L×12, where the first one varies."""
    return "×".join("L" if size is None else str(size) for size in sizes)


class Axis(NamedTuple):
    """One axis of a shape: its letter (C channels, D depth, H height, W width, L length, F features) and its size."""

    name: str
    size: Size


MOST_NUMBERS = 2**63 - 1
"""No tensor has more, as torch counts them in an int64."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The axes of one sample, in PyTorch's order, without the batch axis N.

    Only L may vary. States of recurrent blocks are the one value without a batch axis in front: S×F for a GRU or an
    RNN, with S = layers × directions; HC×S×F, h and c, for an LSTM.
    """

    axes: tuple[Axis, ...]
    names: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """The axes' letters."""
    sizes: tuple[Size, ...] = field(init=False, repr=False, compare=False)
    """The axes' sizes."""

    def __post_init__(self) -> None:
        # Kept, as every shape rule asks for them several times.
        object.__setattr__(self, "names", tuple([axis.name for axis in self.axes]))
        object.__setattr__(self, "sizes", tuple([axis.size for axis in self.axes]))

    @classmethod
    def of(cls, sizes: tuple[Size, ...], names: tuple[str, ...] | None = None) -> Shape:
        """Without names, the usual meaning of a rank: F; L×F; C×H×W; C×D×H×W. Raises ValueError for any other."""
        if names is None:
            if len(sizes) not in _NAMES_BY_RANK:
                raise ValueError(f"expected 1 to 4 sizes, got {len(sizes)}")
            names = _NAMES_BY_RANK[len(sizes)]
        return _shape(sizes, names)

    @property
    def rank(self) -> int:
        """Number of axes, without the batch axis."""
        return len(self.axes)

    @property
    def is_image(self) -> bool:
        """C×H×W."""
        return self.names == ("C", "H", "W")

    @property
    def is_sequence(self) -> bool:
        """L×F."""
        return self.names == ("L", "F")

    @property
    def is_features(self) -> bool:
        """F."""
        return self.names == ("F",)

    @property
    def is_tokens(self) -> bool:
        """L whole numbers."""
        return self.names == ("L",)

    @property
    def is_spatial(self) -> bool:
        """Channels first: C×H×W or C×D×H×W."""
        return self.names[:1] == ("C",)

    @property
    def is_state(self) -> bool:
        """What a recurrent block hands to another one to start with."""
        return self.names[-2:] == ("S", "F")

    @property
    def varies(self) -> bool:
        """Whether the length differs from sample to sample."""
        return None in self.sizes

    @property
    def fixed_sizes(self) -> tuple[int, ...]:
        """The sizes, with 1 for an axis that varies: what a count 'per step' needs."""
        if None not in self.sizes:
            return cast("tuple[int, ...]", self.sizes)
        return tuple([1 if size is None else size for size in self.sizes])

    @property
    def elements(self) -> int:
        """Numbers in one sample (for one step, where the length varies)."""
        return prod(self.fixed_sizes)

    @property
    def channel_axis(self) -> int:
        """The place of the axis that each position is described by: C, or else the last one."""
        return self.names.index("C") if "C" in self.names else self.rank - 1

    @property
    def channels(self) -> int:
        """The size of the axis that each position is described by: C, or F."""
        return self.fixed_sizes[self.channel_axis]

    @property
    def last(self) -> int:
        """The size of the last axis."""
        return self.fixed_sizes[-1]

    def with_size(self, place: int, size: Size) -> Shape:
        """The same axes with another size of one of them."""
        axes = list(self.axes)
        axes[place] = Axis(axes[place].name, size)
        return Shape(tuple(axes))

    def with_last(self, size: int) -> Shape:
        """The same axes with another size of the last one."""
        return self.with_size(-1, size)

    @property
    def noun(self) -> str:
        """What a person calls a value of this shape: images, sequences, features."""
        return _NOUNS.get(self.names, ("value", "values"))[1]

    @property
    def noun_of_one(self) -> str:
        """What a person calls one such value: image, sequence."""
        return _NOUNS.get(self.names, ("value", "values"))[0]

    @property
    def letters(self) -> str:
        """The shape by its axes' letters, as PyTorch's documentation has it: N×C×H×W."""
        return "×".join(self.names) if self.is_state else "N×" + "×".join(self.names)

    @property
    def spelled(self) -> str:
        """Each axis by its letter, its size and what that counts: C 32 channels × H 26 rows × W 26 columns."""
        return " × ".join(f"{name} {'any' if size is None else size} {_COUNTED[name]}" for name, size in self.axes)

    @property
    def bytes(self) -> int:
        """Memory for one sample (for one step, where the length varies)."""
        return self.elements * (TOKEN_BYTES if self.is_tokens else FLOAT_BYTES)

    def __str__(self) -> str:
        return "×".join(axis.name if axis.size is None else str(axis.size) for axis in self.axes)


@lru_cache(maxsize=4096)
def _shape(sizes: tuple[Size, ...], names: tuple[str, ...]) -> Shape:
    """Kept, as the blocks of a large network give few different shapes, and give them again at every edit."""
    return Shape(tuple([Axis(name, size) for name, size in zip(names, sizes, strict=True)]))


def image(channels: Size, height: Size, width: Size) -> Shape:
    """C×H×W."""
    return Shape.of((channels, height, width))


def volume(channels: Size, depth: Size, height: Size, width: Size) -> Shape:
    """C×D×H×W."""
    return Shape.of((channels, depth, height, width))


def sequence(length: Size, features: Size) -> Shape:
    """L×F; a length of None varies from sample to sample."""
    return Shape.of((length, features))


def tokens(length: Size) -> Shape:
    """L whole numbers that stand for words or letters."""
    return Shape.of((length,), ("L",))


def image_sequence(length: Size, channels: Size, height: Size, width: Size) -> Shape:
    """L×C×H×W."""
    return Shape.of((length, channels, height, width), ("L", "C", "H", "W"))


def features(size: Size) -> Shape:
    """F."""
    return Shape.of((size,))
