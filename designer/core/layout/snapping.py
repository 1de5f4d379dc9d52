"""Where a card that is dragged snaps to: in line with its neighbours, and at equal distances. Pixels at 100 %."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from designer.core.layout.cards import CARD_HEIGHT, CARD_WIDTH, COLUMN, ROW
from designer.core.layout.edge_routing import Rect

_EXACT = 0.5
_USUAL = (COLUMN - CARD_WIDTH, ROW - CARD_HEIGHT)
"""The gaps of a stack, across and down."""


@dataclass(frozen=True)
class Guide:
    """A line that shows what a card is in line with, or (`gap`) one of several distances that are equal."""

    start: tuple[float, float]
    end: tuple[float, float]
    gap: bool = False


@dataclass(frozen=True)
class Snap:
    """How far to move along each axis (None: nothing to snap to), and what shows why."""

    dx: float | None = None
    dy: float | None = None
    guides: tuple[Guide, ...] = ()


def snapped(moving: Rect, others: Sequence[Rect], reach: float) -> Snap:
    """The nearest place within reach where the sides or the middle are in line with those of others, or gaps are equal.

    `moving` is around all that is dragged. A gap is looked for to the neighbours in the same row and column.
    """
    shifts: list[float | None] = [_nearest(_wishes(moving, others, axis), reach) for axis in (0, 1)]
    if shifts[0] is not None or shifts[1] is not None:  # what is in line now may be a neighbour that was none before
        there = _moved(moving, shifts[0] or 0.0, shifts[1] or 0.0)
        for axis in (0, 1):
            if shifts[axis] is None:
                shifts[axis] = _nearest(_wishes(there, others, axis), reach)
    there = _moved(moving, shifts[0] or 0.0, shifts[1] or 0.0)
    guides = [guide for axis in (0, 1) if shifts[axis] is not None for guide in _guides(there, others, axis)]
    return Snap(shifts[0], shifts[1], tuple(guides))


def _nearest(wishes: Iterable[float], reach: float) -> float | None:
    return min((shift for shift in wishes if abs(shift) <= reach), key=abs, default=None)


def _wishes(moving: Rect, others: Sequence[Rect], axis: int) -> Iterator[float]:
    """By how much to move along an axis, for each place that there is to snap to."""
    for other in others:
        yield from (there - here for here, there in zip(_marks(moving, axis), _marks(other, axis), strict=True))
    for place, _ in _equal_gaps(moving, others, axis):
        yield place - moving[axis]


def _marks(rect: Rect, axis: int) -> tuple[float, float, float]:
    """The sides and the middle along an axis."""
    low, high = rect[axis], rect[axis + 2]
    return low, (low + high) / 2, high


def _equal_gaps(moving: Rect, others: Sequence[Rect], axis: int) -> Iterator[tuple[float, list[tuple[float, float]]]]:
    """Places along an axis where gaps are equal, each with the gaps: where they begin and end.

    The usual gap of a stack needs no second one.
    """
    line = _in_line(moving, others, axis)
    size = moving[axis + 2] - moving[axis]
    middle = moving[axis] + size / 2
    before = [other for other in line if (other[axis] + other[axis + 2]) / 2 < middle]
    after = [other for other in line if (other[axis] + other[axis + 2]) / 2 >= middle]
    if before:
        end = before[-1][axis + 2]
        yield end + _USUAL[axis], []
        for further in before[-2:-1]:
            gap = before[-1][axis] - further[axis + 2]
            yield end + gap, [(further[axis + 2], before[-1][axis]), (end, end + gap)]
    if after:
        start = after[0][axis]
        yield start - _USUAL[axis] - size, []
        for further in after[1:2]:
            gap = further[axis] - after[0][axis + 2]
            yield start - gap - size, [(start - gap, start), (after[0][axis + 2], further[axis])]
    if before and after and (room := after[0][axis] - before[-1][axis + 2] - size) > 0:
        end, start = before[-1][axis + 2], after[0][axis]
        yield end + room / 2, [(end, end + room / 2), (start - room / 2, start)]


def _in_line(moving: Rect, others: Sequence[Rect], axis: int) -> list[Rect]:
    """What lies before and behind along an axis, in order."""
    across = 1 - axis
    met = [other for other in others if other[across] < moving[across + 2] and moving[across] < other[across + 2]]
    return sorted(met, key=lambda rect: rect[axis])


def _guides(moving: Rect, others: Sequence[Rect], axis: int) -> Iterator[Guide]:
    """What a card at its place is in line with along an axis, and which gaps are equal there."""
    across = 1 - axis
    for mark in (0, 2, 1):
        at = _marks(moving, axis)[mark]
        met = [other for other in others if abs(_marks(other, axis)[mark] - at) < _EXACT]
        if mark == 1:  # a line through the words says nothing more of cards whose sides are in line
            met = [other for other in met if abs(other[axis] - moving[axis]) >= _EXACT]
        if met:
            low = min(moving[across], *(other[across] for other in met))
            high = max(moving[across + 2], *(other[across + 2] for other in met))
            yield Guide(*_line(axis, at, low, high))
    at = (moving[across] + moving[across + 2]) / 2
    for place, gaps in _equal_gaps(moving, others, axis):
        if abs(place - moving[axis]) < _EXACT:
            yield from (Guide(*_line(across, at, low, high), gap=True) for low, high in gaps)


def _line(axis: int, at: float, low: float, high: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """From low to high, upright at an x (axis 0), or level at a y (axis 1)."""
    return ((at, low), (at, high)) if axis == 0 else ((low, at), (high, at))


def _moved(rect: Rect, dx: float, dy: float) -> Rect:
    return rect[0] + dx, rect[1] + dy, rect[2] + dx, rect[3] + dy
