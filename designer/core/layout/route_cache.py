"""The ways of all edges of a canvas, kept up to date: what has not changed is not looked for again."""

from __future__ import annotations

from array import array
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from designer.core.graph.network import End
from designer.core.layout.edge_routing import Gap, Lane, Point, Rect, around, gaps, tracks

if TYPE_CHECKING:
    from designer.core.layout.edge_routing import Rects

Piece = tuple[End, int]
"""One of the gaps that an edge takes, by its number."""
_NOWHERE: Rect = (inf, inf, -inf, -inf)


class _Edge(NamedTuple):
    ref: str
    source: str
    start: Point
    stop: Point


class Routes:
    """Cards and edges go in; `settle` tells which edges have another way, and `lanes` gives it."""

    def __init__(self) -> None:
        self._cards: dict[str, int] = {}
        """The row of each card in `_sides`."""
        self._sides = array("d", _NOWHERE * 64)
        """The rectangles of all cards, four numbers each: NumPy comes in with the first edge that has a way to find."""
        self._free: list[int] = list(range(64))
        self._edges: dict[End, _Edge] = {}
        self._long: dict[End, Rect] = {}
        """Where a card may change the way of an edge."""
        self._gaps: dict[End, tuple[Gap, ...]] = {}
        self._lanes: dict[float, dict[Piece, Lane]] = {}
        """The lanes of all gaps with the same x, which share the room there."""
        self._open: set[End] = set()
        self._moved: list[Sequence[float]] = []
        """Where cards have come, gone or moved since the last `settle`."""

    def put_card(self, name: str, rect: Rect) -> None:
        """A card is there, or elsewhere than before."""
        if name not in self._cards:
            self._cards[name] = self._row()
        row = self._sides_of(name)
        before = self._sides[row]
        if tuple(before) != rect:
            self._sides[row] = array("d", rect)
            self._moved += [before, rect]

    def take_card(self, name: str) -> None:
        """A card is gone."""
        if name in self._cards:
            self.put_card(name, _NOWHERE)
            self._free.append(self._cards.pop(name))

    def _row(self) -> int:
        if not self._free:
            size = len(self._sides) // 4
            self._sides.extend(_NOWHERE * size)
            self._free = list(range(size, 2 * size))
        return self._free.pop()

    def _sides_of(self, name: str) -> slice:
        first = 4 * self._cards[name]
        return slice(first, first + 4)

    def put_edge(self, end: End, ref: str, source: str, start: Point, stop: Point) -> None:
        """An edge is there, from an output of a block, or its ends are elsewhere than before."""
        edge = _Edge(ref, source, start, stop)
        if self._edges.get(end) == edge:
            return
        self._edges[end] = edge
        self._open.add(end)
        self._long.pop(end, None)
        if area := around(start, stop):
            self._long[end] = area

    def move_cards(self, cards: Iterable[str], by: Point) -> None:
        """Cards have moved together."""
        import numpy as np

        rows, (dx, dy) = [self._cards[name] for name in cards], by
        rects = _rows_of(self._sides)
        before = rects[rows].tolist()
        rects[rows] += np.array([dx, dy, dx, dy])
        self._moved += [*before, *rects[rows].tolist()]

    def move_edges(self, edges: Iterable[End], by: Point) -> None:
        """Edges have moved together, with the cards at both their ends."""
        dx, dy = by
        for end in edges:
            ref, source, start, stop = self._edges[end]
            self._edges[end] = _Edge(ref, source, (start[0] + dx, start[1] + dy), (stop[0] + dx, stop[1] + dy))
            if area := self._long.get(end):
                self._long[end] = area[0] + dx, area[1] + dy, area[2] + dx, area[3] + dy
                self._open.add(end)

    def long_ones(self, cards: Container[str]) -> list[End]:
        """The edges to some cards that pass where others could lie."""
        return [end for end in self._long if end[0] in cards]

    def take_edge(self, end: End) -> None:
        """An edge is gone."""
        self._edges.pop(end, None)
        self._long.pop(end, None)
        self._open.add(end)

    def ends(self, end: End) -> tuple[Point, Point]:
        """Where an edge begins and ends."""
        return self._edges[end].start, self._edges[end].stop

    def lanes(self, end: End) -> tuple[Lane, ...]:
        """The lanes that an edge takes one after the other; empty where it goes its way as it is."""
        return tuple(self._lanes[gap.x][end, number] for number, gap in enumerate(self._gaps.get(end, ())))

    def settle(self) -> set[End]:
        """Finds the ways of what has changed; gives the edges that have other lanes now."""
        self._ask_again()
        opened, self._open = self._open, set()
        changed: set[End] = set()
        pieces: dict[float, set[Piece]] = {}
        for end in opened:
            before, after = self._gaps.pop(end, ()), self._found(end)
            if after:
                self._gaps[end] = after
            if before != after:
                changed.add(end)
                for gap in (*before, *after):
                    pieces.setdefault(gap.x, set(self._lanes.get(gap.x, ())))
                for number, gap in enumerate(before):
                    pieces[gap.x].discard((end, number))
                for number, gap in enumerate(after):
                    pieces[gap.x].add((end, number))
        for x, sharing in pieces.items():
            changed |= self._share(x, sorted(sharing))
        return changed & self._edges.keys()

    def _found(self, end: End) -> tuple[Gap, ...]:
        area = self._long.get(end)
        if area is None:
            return ()
        edge, rects = self._edges[end], _rows_of(self._sides)
        left, top, right, bottom = area
        near = (rects[:, 0] < right) & (rects[:, 2] > left) & (rects[:, 1] < bottom) & (rects[:, 3] > top)
        for name in (edge.source, end[0]):
            if name in self._cards:
                near[self._cards[name]] = False
        if not near.any():
            return ()
        (left, high), (right, low) = edge.start, edge.stop
        found = _way(left, right, low - high, (rects[near] - (0.0, high, 0.0, high)).tobytes())
        return tuple(replace(gap, top=gap.top + high, bottom=gap.bottom + high) for gap in found)

    def _share(self, x: float, sharing: list[Piece]) -> set[End]:
        """Gives the gaps at one x their lanes anew; the edges whose lanes are others then."""
        before = self._lanes.pop(x, {})
        made = tracks([(self._edges[end].ref, self._gaps[end][number]) for end, number in sharing])
        after = dict(zip(sharing, made, strict=True))
        if after:
            self._lanes[x] = after
        return {piece[0] for piece, lane in after.items() if before.get(piece) != lane}

    def _ask_again(self) -> None:
        """Opens the edges whose way may be another one with the cards that have come, gone or moved."""
        moved, self._moved = self._moved, []
        ends = [end for end in self._long if end not in self._open] if moved else []
        if not ends:
            return
        import numpy as np

        cards, areas = np.array(moved), np.array([self._long[end] for end in ends])[:, None]
        low, high = areas[..., :2].min(axis=0), areas[..., 2:].max(axis=0)
        cards = cards[np.all((cards[:, :2] < high) & (low < cards[:, 2:]), axis=1)]
        meet = np.all(areas[..., :2] < cards[:, 2:], axis=2) & np.all(cards[:, :2] < areas[..., 2:], axis=2)
        self._open.update(ends[number] for number in np.flatnonzero(np.any(meet, axis=1)))


@lru_cache(maxsize=4096)
def _way(left: float, right: float, drop: float, cards: bytes) -> tuple[Gap, ...]:
    """The way from a height of 0. Where blocks make room, edges, cards and ways all go down together."""
    return gaps((left, 0.0), (right, drop), _rows_of(cards))


def _rows_of(sides: array[float] | bytes) -> Rects:
    """The same numbers as an array of shape [N, 4]. While it is held, `sides` cannot become longer."""
    import numpy as np

    return np.frombuffer(sides).reshape(-1, 4)
