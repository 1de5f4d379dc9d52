"""Shapes of the values that flow along edges, without the batch axis."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

Size = int | None
"""The length of an axis; None where it varies from sample to sample (padded in a batch)."""

_NAMES_BY_RANK = {1: ("F",), 2: ("L", "F"), 3: ("C", "H", "W")}
_NOUNS = {("F",): "features", ("L", "F"): "sequences", ("C", "H", "W"): "images"}
_LETTERS = {("F",): "N×F", ("L", "F"): "N×L×F", ("C", "H", "W"): "N×C×H×W"}


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of a shape: its letter (C, H, W, L, F) and its size."""

    name: str
    size: Size


@dataclass(frozen=True, slots=True)
class Shape:
    """The axes of one sample, in PyTorch's order, without the batch axis N."""

    axes: tuple[Axis, ...]

    @classmethod
    def of(cls, sizes: tuple[Size, ...]) -> Shape:
        """The usual meaning of a rank: F; L×F; C×H×W. Raises ValueError for any other rank."""
        if len(sizes) not in _NAMES_BY_RANK:
            raise ValueError(f"expected 1 to 3 sizes, got {len(sizes)}")
        names = _NAMES_BY_RANK[len(sizes)]
        return cls(tuple(Axis(name, size) for name, size in zip(names, sizes, strict=True)))

    @property
    def names(self) -> tuple[str, ...]:
        """The axes' letters."""
        return tuple(axis.name for axis in self.axes)

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The axes' sizes."""
        return tuple(axis.size for axis in self.axes)

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
    def fixed_sizes(self) -> tuple[int, ...]:
        """The sizes, with 1 for an axis that varies: what a count 'per step' needs."""
        return tuple(1 if axis.size is None else axis.size for axis in self.axes)

    @property
    def elements(self) -> int:
        """Numbers in one sample (for one step, where the length varies)."""
        return prod(self.fixed_sizes)

    @property
    def last(self) -> int:
        """The size of the last axis."""
        return self.fixed_sizes[-1]

    def with_last(self, size: int) -> Shape:
        """The same axes with another size of the last one."""
        return Shape((*self.axes[:-1], Axis(self.axes[-1].name, size)))

    @property
    def noun(self) -> str:
        """What a person calls a value of this shape: images, sequences, features."""
        return _NOUNS.get(self.names, "values")

    @property
    def letters(self) -> str:
        """The shape by its axes' letters, as PyTorch's documentation has it: N×C×H×W."""
        return _LETTERS.get(self.names, "N×" + "×".join(self.names))

    def __str__(self) -> str:
        return "×".join(axis.name if axis.size is None else str(axis.size) for axis in self.axes)


def image(channels: Size, height: Size, width: Size) -> Shape:
    """C×H×W."""
    return Shape.of((channels, height, width))


def sequence(length: Size, features: Size) -> Shape:
    """L×F; a length of None varies from sample to sample."""
    return Shape.of((length, features))


def features(size: Size) -> Shape:
    """F."""
    return Shape.of((size,))
