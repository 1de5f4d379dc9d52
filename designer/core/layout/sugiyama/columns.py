"""Where in its row each vertex lies: chains stand straight, and everything near what it is joined to."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise

from designer.core.layout.cards import CARD_WIDTH, COLUMN, GRID
from designer.core.layout.sugiyama.apart import apart
from designer.core.layout.sugiyama.graph import End, Rows, Size

CARD_GAP = COLUMN - CARD_WIDTH
LANE_GAP = 12.0
_SWEEPS = 24
_STRAIGHT = 3
"""Rows that an edge leads down in line with its cards."""


@dataclass
class VertexColumn:
    """Vertices, one below the other, with one x for the middle of all."""

    members: list[int] = field(default_factory=list)
    x: float = 0.0
    left: dict[int, float] = field(default_factory=dict)
    """Columns that stand to the left somewhere, and how far away they stay."""
    right: dict[int, float] = field(default_factory=dict)


def middles(graph: Rows, sizes: list[Size]) -> list[float]:
    """The x of the line on which each vertex stands: its middle, where it is a card.

    As in Brandes & Köpf 2002, vertices become columns that keep one x, and the columns are put close to each other
    from the left and from the right; what counts is the mean of both. Unlike there, a column follows the longest way
    through the cards, so that a chain with something beside it stands straight, and lanes give way to chains. Then
    each column goes to the mean of what it is joined to, and pushes others aside, again and again.
    """
    columns, column_of = _columns(graph)
    _keep_apart(graph, sizes, columns, column_of)
    order = _from_left(columns)
    _pack(columns, order)
    _draw_near(graph, columns, column_of, order)
    return [columns[column_of[vertex]].x for vertex in range(len(graph.rank))]


def _columns(graph: Rows) -> tuple[list[VertexColumn], list[int]]:
    """Columns of vertices that each want the other one below or above."""
    below, above = _wishes(graph)
    columns: list[VertexColumn] = []
    column_of = [-1] * len(graph.rank)
    index = [0] * len(graph.rank)
    for row in graph.rows:
        for place, vertex in enumerate(row):
            index[vertex] = place
    for row in graph.rows:
        joined = _uncrossed(graph, row, below, above, index)
        for vertex in row:
            if column_of[vertex] < 0:
                column_of[vertex] = len(columns)
                columns.append(VertexColumn([vertex]))
        for upper, lower in joined:
            column_of[lower] = column_of[upper]
            columns[column_of[upper]].members.append(lower)
    return columns, column_of


def _wishes(graph: Rows) -> tuple[list[int], list[int]]:
    """For each vertex the one that it wants right below, and right above; -1 for none."""
    deep, high = [0] * len(graph.rank), [0] * len(graph.rank)
    for row in graph.rows:
        for vertex in row:
            ends = graph.above[vertex]
            deep[vertex] = max((deep[end.vertex] for end in ends), default=0) + (vertex < graph.cards)
    for row in reversed(graph.rows):
        for vertex in row:
            ends = graph.below[vertex]
            high[vertex] = max((high[end.vertex] for end in ends), default=0) + (vertex < graph.cards)
    below = [_wanted(graph, vertex, graph.below[vertex], high) for vertex in range(len(graph.rank))]
    above = [_wanted(graph, vertex, graph.above[vertex], deep) for vertex in range(len(graph.rank))]
    return below, above


def _wanted(graph: Rows, vertex: int, ends: list[End], length: list[int]) -> int:
    """What is of its sort and has the longest way behind it; where several have, the one in the middle, if any."""
    if len(ends) == 1:
        return ends[0].vertex
    joined = list(dict.fromkeys(end.vertex for end in ends))
    found = [other for other in joined if (other < graph.cards) == (vertex < graph.cards)] or joined
    if len(found) < 2:
        return found[0] if found else -1
    longest = max(length[other] for other in found)
    ways = [other for other in found if length[other] == longest]
    if len(ways) == 1:
        return ways[0]
    joined.sort(key=graph.rows[graph.rank[joined[0]]].index)
    return joined[len(joined) // 2] if len(joined) % 2 else -1


def _uncrossed(
    graph: Rows, row: list[int], below: list[int], above: list[int], index: list[int]
) -> list[tuple[int, int]]:
    """Pairs of a row and the next that stand in one column: none crosses another, and those with cards come first."""
    pairs = [
        (vertex, below[vertex])
        for vertex in row
        if below[vertex] >= 0 and above[below[vertex]] == vertex and not _bends(graph, vertex, below[vertex])
    ]
    if len(pairs) < 2:
        return pairs
    pairs.sort(key=lambda pair: (pair[0] >= graph.cards) + (pair[1] >= graph.cards))
    taken: list[tuple[int, int]] = []
    kept = []
    for upper, lower in pairs:
        pair = (index[upper], index[lower])
        place = bisect_left(taken, pair)
        if (place and taken[place - 1][1] > pair[1]) or (place < len(taken) and taken[place][1] < pair[1]):
            continue
        taken.insert(place, pair)
        kept.append((upper, lower))
    return kept


def _bends(graph: Rows, upper: int, lower: int) -> bool:
    """Whether an edge may bend where it leaves its card, or comes to it: a long one would take much room."""
    edges = graph.edges[upper] or graph.edges[lower]
    if not edges or (upper >= graph.cards and lower >= graph.cards):
        return False
    return max(graph.rank[edge.target] for edge in edges) - graph.rank[edges[0].source] > _STRAIGHT


def _keep_apart(graph: Rows, sizes: list[Size], columns: list[VertexColumn], column_of: list[int]) -> None:
    """Tells neighbouring columns how far away from each other they stay."""
    for row in graph.rows:
        for left, right in pairwise(row):
            lanes = (left >= graph.cards) + (right >= graph.cards)
            gap = (CARD_GAP, CARD_GAP / 2, LANE_GAP)[lanes]
            width = sizes[left].right if left < graph.cards else 0.0
            width += sizes[right].left if right < graph.cards else 0.0
            away = width + gap
            first, second = column_of[left], column_of[right]
            columns[second].left[first] = max(columns[second].left.get(first, 0.0), away)
            columns[first].right[second] = max(columns[first].right.get(second, 0.0), away)


def _from_left(columns: list[VertexColumn]) -> list[int]:
    """The columns, each behind all that stand to its left. There is no circle, as no two of them cross."""
    missing = [len(column.left) for column in columns]
    order = [number for number, count in enumerate(missing) if not count]
    for number in order:
        for right in columns[number].right:
            missing[right] -= 1
            if not missing[right]:
                order.append(right)
    return order


def _pack(columns: list[VertexColumn], order: list[int]) -> None:
    """Each column at the mean of where it would be if all stood to the left, and if all stood to the right."""
    left, right = [0.0] * len(columns), [0.0] * len(columns)
    for number in order:
        left[number] = max((left[other] + away for other, away in columns[number].left.items()), default=0.0)
    width = max(left, default=0.0)
    for number in reversed(order):
        right[number] = min((right[other] - away for other, away in columns[number].right.items()), default=width)
    for number, column in enumerate(columns):
        column.x = (left[number] + right[number]) / 2


def _draw_near(graph: Rows, columns: list[VertexColumn], column_of: list[int], order: list[int]) -> None:
    """Lets each column go towards the mean of what it is joined to, as far as the columns beside it give way."""
    pulls = [_pulls(graph, column, column_of) for column in columns]
    for _ in range(_SWEEPS):
        wanted = [
            sum(columns[other].x for other in pull) / len(pull) if pull else column.x
            for column, pull in zip(columns, pulls, strict=True)
        ]
        places = apart(order, [column.left for column in columns], wanted, [max(len(pull), 1) for pull in pulls])
        farthest = max(abs(place - column.x) for place, column in zip(places, columns, strict=True))
        for place, column in zip(places, columns, strict=True):
            column.x = place
        if farthest < 1.0:
            return


def _pulls(graph: Rows, column: VertexColumn, column_of: list[int]) -> list[int]:
    """The columns that a column is joined to, once for each edge."""
    own = column_of[column.members[0]]
    found = []
    for vertex in column.members:
        for end in (*graph.above[vertex], *graph.below[vertex]):
            other = column_of[end.vertex]
            if other != own:
                found.append(other)
    return found


def on_grid(x: float) -> float:
    """A coordinate on the grid."""
    return round(x / GRID) * GRID
