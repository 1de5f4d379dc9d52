"""Ways for edges around the cards that lie between their ends. Coordinates are pixels at 100 %, y grows downwards.

An edge leaves its card downwards and comes to the next one from above. Where cards lie across its way, it passes them
in lanes: upright pieces beside them. The rows of cards between its ends are passed one by one, so that it moves to the
side as little as can be and bends seldom: a shortest path through the gaps, found row by row (dynamic programming, as
in the routing of Gansner et al. 1993, whose boxes are the gaps here). Edges that take the same gap get tracks beside
each other, the shorter ones inside; edges of one output share a track.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Point = tuple[float, float]
Rect = tuple[float, float, float, float]
"""Left, top, right, bottom."""
if TYPE_CHECKING:
    Rects = NDArray[np.float64]
    """The same of several, of shape [N, 4]."""
MANY = 120
MARGIN = 12.0
"""Between a card and a lane beside it."""
TRACK = 10.0
"""Between two lanes in one gap, where there is room."""
SHORTEST = 40.0
"""An edge that leads less far down than this goes straight to its end."""
_TURN = 10.0
"""An edge has so much room to turn at its ends."""
_LOW = 4.0
"""How far a lane goes on above and below the cards that it passes."""
_FLAT = 16.0
"""A lower gap between two rows is none: no edge could move to the side there."""
_BEND = 40.0
"""A bend is as dear as so many pixels to the side."""
_FAR = 400.0
"""Cards further to the side than this do not count."""
_STEP = 16.0


@dataclass(frozen=True, slots=True)
class Lane:
    """An upright piece of an edge."""

    x: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A lane before it has a track, and how far to the left and right there is room."""

    x: float
    top: float
    bottom: float
    low: float
    high: float


@dataclass(slots=True)
class _CardRow:
    """Cards whose heights overlap: where they begin and end, and which x they keep from a lane."""

    top: float
    bottom: float
    taken: list[tuple[float, float]]

    def room(self, x: float) -> tuple[float, float] | None:
        """How far to the left and right of an x no card is; None where one covers it."""
        low, high = -inf, inf
        for left, right in self.taken:
            if left < x < right:
                return None
            if right <= x:
                low = max(low, right)
            else:
                high = min(high, left)
        return low, high


def gaps(start: Point, end: Point, cards: Rects) -> tuple[Gap, ...]:
    """The way from an output to an input further down, around cards; empty where the plain curve meets none.

    `cards` has left, top, right and bottom of each card that may count: those in `around(start, end)`. Where they are
    many, the way has one lane for all of them: a line that changes its place for hundreds of rows says nothing.
    """
    if len(cards) > MANY:
        return _one_lane(start, end, cards)
    rects: list[Rect] = [tuple(card) for card in cards.tolist()]
    if not any(_meets(start, end, rect) for rect in rects):
        return ()
    rows = _rows(rects)
    lanes = _joined(_cheapest(start[0], end[0], rows), rows)
    high, low = start[1] + _TURN, end[1] - _TURN
    return tuple(
        replace(gap, top=min(max(gap.top, high), low), bottom=max(min(gap.bottom, low), high)) for gap in lanes
    )


def around(start: Point, end: Point) -> Rect | None:
    """Where a card may change the way of an edge; None where it has none to change."""
    if end[1] - start[1] < SHORTEST:
        return None
    left, right = sorted((start[0], end[0]))
    return left - _FAR, start[1], right + _FAR, end[1]


def _one_lane(start: Point, end: Point, cards: Rects) -> tuple[Gap, ...]:
    """One lane beside all cards, where it takes the least movement."""
    import numpy as np

    order = np.argsort(cards[:, 0])
    lefts = cards[order, 0] - MARGIN
    rights = np.maximum.accumulate(cards[order, 2] + MARGIN)
    free = lefts[1:] >= rights[:-1]
    lows = [-inf, *rights[:-1][free].tolist(), float(rights[-1])]
    highs = [float(lefts[0]), *lefts[1:][free].tolist(), inf]
    if any(low < start[0] < high and low < end[0] < high for low, high in zip(lows, highs, strict=True)):
        return ()
    made = [
        Gap(x, start[1] + _TURN, end[1] - _TURN, low, high)
        for low, high in zip(lows, highs, strict=True)
        for x in {min(max(wanted, low), high) for wanted in (start[0], end[0])}
    ]
    return (min(made, key=lambda gap: (abs(gap.x - start[0]) + abs(gap.x - end[0]), gap.x)),)


def _meets(start: Point, end: Point, card: Rect) -> bool:
    """Whether the plain curve (`curve_x`) touches a card."""
    left, top, right, bottom = card
    if right < min(start[0], end[0]) - 1 or left > max(start[0], end[0]) + 1:
        return False
    top, bottom = max(top, start[1]), min(bottom, end[1])
    steps = int((bottom - top) / _STEP) + 2
    return any(
        left - 1 < _curve_x(start, end, top + (bottom - top) * n / (steps - 1)) < right + 1 for n in range(steps)
    )


def _curve_x(start: Point, end: Point, y: float) -> float:
    """The x of a curve with upright ends at a height: t from y by bisection, then the cubic's x."""
    share = (y - start[1]) / (end[1] - start[1])
    low, high = 0.0, 1.0
    for _ in range(12):
        t = (low + high) / 2
        if 1.5 * t - 1.5 * t * t + t * t * t < share:
            low = t
        else:
            high = t
    t = (low + high) / 2
    return start[0] + (end[0] - start[0]) * (3 - 2 * t) * t * t


def _rows(cards: Iterable[Rect]) -> list[_CardRow]:
    rows: list[_CardRow] = []
    for left, top, right, bottom in sorted(cards, key=lambda card: card[1]):
        taken = (left - MARGIN, right + MARGIN)
        if rows and top < rows[-1].bottom + _FLAT:
            rows[-1].bottom = max(rows[-1].bottom, bottom)
            rows[-1].taken.append(taken)
        else:
            rows.append(_CardRow(top, bottom, [taken]))
    return rows


def _cheapest(start: float, end: float, rows: Sequence[_CardRow]) -> list[float]:
    """An x for each row, from which no card takes it, with the least movement and the fewest bends in all."""
    import numpy as np

    places = sorted({start, end, *(x for row in rows for taken in row.taken for x in taken)})
    xs = np.array(places)
    moves = np.abs(xs[:, None] - xs) + _BEND * (xs[:, None] != xs)
    costs = moves[places.index(start)]
    came: list[Rects] = []
    for number, row in enumerate(rows):
        if number:
            reached = costs[:, None] + moves
            came.append(reached.argmin(axis=0))
            costs = reached.min(axis=0)
        costs = np.where([row.room(x) is not None for x in places], costs, inf)
    at = int((costs + moves[places.index(end)]).argmin())
    found = [places[at]]
    for origins in reversed(came):
        at = int(origins[at])
        found.append(places[at])
    return found[::-1]


def _joined(xs: Sequence[float], rows: Sequence[_CardRow]) -> tuple[Gap, ...]:
    """Rows that are passed at one x, one below the other, are passed in one lane."""
    made: list[Gap] = []
    for x, row in zip(xs, rows, strict=True):
        low, high = row.room(x) or (x, x)
        gap = Gap(x, row.top - _LOW, row.bottom + _LOW, low, high)
        if made and made[-1].x == x:
            gap = Gap(x, made[-1].top, gap.bottom, max(made[-1].low, low), min(made[-1].high, high))
            made.pop()
        made.append(gap)
    return tuple(made)


def tracks(wishes: Sequence[tuple[str, Gap]]) -> list[Lane]:
    """A lane for each of some gaps with the same x, each with the output that it comes from.

    The edges of one output share a track; those that are beside each other get tracks of their own, the shorter ones
    next to the cards.
    """
    made: dict[int, Lane] = {}
    for beside in _beside(wishes):
        shared: dict[str, list[int]] = {}
        for number in beside:
            shared.setdefault(wishes[number][0], []).append(number)
        spans = {
            source: (min(wishes[n][1].top for n in numbers), max(wishes[n][1].bottom for n in numbers))
            for source, numbers in shared.items()
        }
        used: list[list[tuple[float, float]]] = []
        place_of: dict[str, int] = {}
        for source, span in sorted(spans.items(), key=lambda item: (item[1][1] - item[1][0], item[1][0], item[0])):
            place_of[source] = next((p for p, track in enumerate(used) if not _meets_any(span, track)), len(used))
            if place_of[source] == len(used):
                used.append([])
            used[place_of[source]].append(span)
        for source, numbers in shared.items():
            made.update({n: _lane(wishes[n][1], place_of[source], len(used)) for n in numbers})
    return [made[number] for number in range(len(wishes))]


def _meets_any(span: tuple[float, float], others: Iterable[tuple[float, float]]) -> bool:
    return any(span[0] < bottom and top < span[1] for top, bottom in others)


def _beside(wishes: Sequence[tuple[str, Gap]]) -> list[list[int]]:
    """The gaps in groups, of which none is beside another one."""
    groups: list[list[int]] = []
    reached = -inf
    for number in sorted(range(len(wishes)), key=lambda n: wishes[n][1].top):
        gap = wishes[number][1]
        if not groups or gap.top >= reached:
            groups.append([])
        groups[-1].append(number)
        reached = max(reached, gap.bottom)
    return groups


def _lane(gap: Gap, track: int, count: int) -> Lane:
    """A lane on a track: away from the cards that it passes, as far as there is room."""
    outwards = gap.x == gap.low or gap.x != gap.high
    room = (gap.high - gap.x) if outwards else (gap.x - gap.low)
    step = min(TRACK, max(room, 0.0) / max(count - 1, 1))
    return Lane(gap.x + step * track * (1 if outwards else -1), gap.top, gap.bottom)
