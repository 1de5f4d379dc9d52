"""What lies where, found without asking all: rectangles by the cells of a grid that they touch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from itertools import chain
from math import floor
from typing import Generic, TypeVar, cast

from PySide6.QtCore import QRectF

_WIDE, _HIGH = 512.0, 288.0
"""A cell: a card touches one to four, most of them one or two."""
_MOST_CELLS = 1024
"""What touches more of them is not sought by cells: a file may have blocks as far apart as the canvas reaches."""
Key = TypeVar("Key", bound=Hashable)
Sides = tuple[float, float, float, float]
"""Of a rectangle: left, top, right, bottom."""
_Cells = tuple[int, int, int, int]


def sides_of(rect: QRectF) -> Sides:
    """The sides of a rectangle: a thousand are compared as plain numbers in half the time."""
    return cast(Sides, rect.getCoords())


def overlap(one: Sides, other: Sides) -> bool:
    """Whether two rectangles have room in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


class RectGrid(Generic[Key]):
    """Rectangles by a key. Putting, taking and finding take as long with few as with thousands."""

    def __init__(self) -> None:
        self._rects: dict[Key, tuple[QRectF, _Cells]] = {}
        self._cells: defaultdict[tuple[int, int], set[Key]] = defaultdict(set)
        self._large: dict[Key, None] = {}

    def put(self, key: Key, rect: QRectF) -> None:
        """A rectangle, in place of the one that the key had."""
        cells = _cells_of(rect)
        known = self._rects.get(key)
        self._rects[key] = rect, cells
        if known is not None and known[1] == cells:
            return
        if known is not None:
            self._leave(key, known[1])
        if _count(cells) > _MOST_CELLS:
            self._large[key] = None
            return
        for cell in _each(cells):
            self._cells[cell].add(key)

    def take(self, key: Key) -> None:
        """The key is gone."""
        known = self._rects.pop(key, None)
        if known is not None:
            self._leave(key, known[1])

    def clear(self) -> None:
        """All are gone."""
        self._rects.clear()
        self._cells.clear()
        self._large.clear()

    def rect(self, key: Key) -> QRectF:
        """The rectangle of a key."""
        return self._rects[key][0]

    def touching(self, rect: QRectF) -> list[Key]:
        """The keys whose rectangles have a point in common with one."""
        rects, cells = self._rects, _cells_of(rect)
        left, right, top, bottom = cells
        if left == right and top == bottom and not self._large:  # as of most that is written
            return [key for key in self._cells.get((left, top), ()) if rects[key][0].intersects(rect)]
        near: Iterable[Key] = rects
        if _count(cells) <= _MOST_CELLS:
            near = chain(self._large, *(self._cells.get(cell, ()) for cell in _each(cells)))
        return list(dict.fromkeys(key for key in near if rects[key][0].intersects(rect)))

    def _leave(self, key: Key, cells: _Cells) -> None:
        if _count(cells) > _MOST_CELLS:
            self._large.pop(key, None)
            return
        for cell in _each(cells):
            self._cells[cell].discard(key)


def _cells_of(rect: QRectF) -> _Cells:
    """Columns from and to, rows from and to."""
    left, top, right, bottom = sides_of(rect)
    return floor(left / _WIDE), floor(right / _WIDE), floor(top / _HIGH), floor(bottom / _HIGH)


def _count(cells: _Cells) -> int:
    left, right, top, bottom = cells
    return (right - left + 1) * (bottom - top + 1)


def _each(cells: _Cells) -> Iterator[tuple[int, int]]:
    left, right, top, bottom = cells
    return ((column, row) for row in range(top, bottom + 1) for column in range(left, right + 1))
