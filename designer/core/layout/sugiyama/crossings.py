"""The order of each row, so that few edges cross."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable

from designer.core.layout.sugiyama.graph import End, Rows

_SWEEPS = 12
_PATIENCE = 4
"""Sweeps without a gain, after which there are no more."""
_SWAPS = 6


def untangle(graph: Rows, known: bool = False) -> None:
    """Orders the rows by barycentres, downwards and upwards in turns (Sugiyama, Tagawa & Toda 1981), then by swaps.

    What counts is where on a card a port is, so edges to the ports of one card do not cross each other. Where the
    order of the cards is `known`, lanes find their places between them first, and the cards keep their order unless
    another one has fewer crossings.
    """
    fewest = crossings(graph)
    if known:
        fewest = _best_of_sweeps(graph, fewest, only_lanes=True)
    if _best_of_sweeps(graph, fewest, only_lanes=False):
        _swap(graph)


def _best_of_sweeps(graph: Rows, fewest: int, only_lanes: bool) -> int:
    """Leaves the rows in the order with the fewest crossings that sweeps find, and tells how many there are."""
    best = [list(row) for row in graph.rows]
    waited = 0
    for sweep in range(_SWEEPS):
        if not fewest or waited == _PATIENCE:
            break
        _sweep(graph, sweep % 2 == 0, only_lanes)
        found = crossings(graph)
        waited += 1
        if found < fewest:
            best, fewest, waited = [list(row) for row in graph.rows], found, 0
    graph.rows = best
    return fewest


def crossings(graph: Rows) -> int:
    """How many pairs of edges cross, over all rows."""
    index = _indices(graph)
    return sum(_crossings_below(graph, row, index) for row in graph.rows[:-1])


def _indices(graph: Rows) -> list[int]:
    index = [0] * len(graph.rank)
    for row in graph.rows:
        for place, vertex in enumerate(row):
            index[vertex] = place
    return index


def _crossings_below(graph: Rows, row: list[int], index: list[int]) -> int:
    """Crossings between a row and the next one: the pairs of edges that are in another order at their lower ends."""
    ends = [(index[vertex] + end.here, index[end.vertex] + end.there) for vertex in row for end in graph.below[vertex]]
    if len(ends) < 2:
        return 0
    ends.sort()
    seen: list[float] = []
    count = 0
    for _, lower in ends:
        count += len(seen) - bisect_right(seen, lower)
        insort(seen, lower)
    return count


def _sweep(graph: Rows, down: bool, only_lanes: bool) -> None:
    """Orders each row by where its neighbours in the row before lie; or its lanes, with the cards in their order."""
    index = _indices(graph)
    sides = graph.above if down else graph.below
    for row in graph.rows[1:] if down else reversed(graph.rows[:-1]):
        if len(row) < 2:
            continue
        cards = iter([vertex for vertex in row if vertex < graph.cards])
        row.sort(key=_barycentre(sides, index))
        for place, vertex in enumerate(row):
            if only_lanes and vertex < graph.cards:
                row[place] = next(cards)
            index[row[place]] = place


def _barycentre(sides: list[list[End]], index: list[int]) -> Callable[[int], float]:
    """The mean place of a vertex's neighbours, less where its own ports are; its own place where it has none."""

    def key(vertex: int) -> float:
        ends = sides[vertex]
        if not ends:
            return index[vertex] + 0.5
        return sum(index[end.vertex] + end.there - (end.here - 0.5) * 0.01 for end in ends) / len(ends)

    return key


def _swap(graph: Rows) -> None:
    """Swaps neighbours in a row as long as that takes crossings away."""
    for _ in range(_SWAPS):
        index, better = _indices(graph), False
        for row in graph.rows:
            for place in range(len(row) - 1):
                left, right = row[place], row[place + 1]
                if _gain(graph, left, right, index) > 0:
                    row[place], row[place + 1] = right, left
                    index[left], index[right] = place + 1, place
                    better = True
        if not better:
            return


def _gain(graph: Rows, left: int, right: int, index: list[int]) -> int:
    """How many crossings fewer there are when two neighbours change places."""
    gain = 0
    for sides in (graph.above, graph.below):
        ours = [index[end.vertex] + end.there for end in sides[left]]
        theirs = [index[end.vertex] + end.there for end in sides[right]]
        gain += sum((our > their) - (our < their) for our in ours for their in theirs)
    return gain
