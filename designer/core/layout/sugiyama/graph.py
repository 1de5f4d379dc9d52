"""The graph that is laid out: cards in rows, and a lane for each row that an edge passes between its ends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from designer.core.graph.network import Network, block_of
from designer.core.layout.cards import CARD_HEIGHT, CARD_WIDTH, input_place, output_of


class Size(NamedTuple):
    """What a block takes: to the left and right of the line on which its chain stands, and downwards."""

    left: float
    right: float
    height: float


CARD = Size(CARD_WIDTH / 2, CARD_WIDTH / 2, CARD_HEIGHT)
MOST_LANES = 12_000
"""Lanes of all edges together; beyond that the longest edges get none, and count for the rows alone."""


@dataclass(frozen=True, slots=True)
class Edge:
    """From one card to another, by their numbers; `leaves` and `enters` are its ports, as shares of the widths."""

    source: int
    target: int
    leaves: float
    enters: float


@dataclass(frozen=True, slots=True)
class End:
    """One end of a piece of an edge, as its other end sees it."""

    vertex: int
    there: float
    """The port at that vertex, as a share of its width."""
    here: float


@dataclass
class Cards:
    """The blocks that are laid out, in topological order, with the edges between them."""

    names: list[str]
    sizes: list[Size]
    edges: list[Edge]

    @classmethod
    def of(cls, network: Network, blocks: Collection[str] | None, sizes: Mapping[str, Size]) -> Cards:
        """Those of a network, or only some of its blocks with what joins them."""
        names = [name for name in network.nodes if blocks is None or name in blocks]
        numbers = {name: number for number, name in enumerate(names)}
        made = cls(names, [sizes.get(name, CARD) for name in names], [])
        for name in names:
            node = network.nodes[name]
            for port, ref in enumerate(node.inputs):
                if ref is None or block_of(ref) not in numbers:
                    continue
                leaves = output_of(ref, network.nodes[block_of(ref)].block, width=1.0)
                enters = input_place(node, port, width=1.0)
                made.edges.append(Edge(numbers[block_of(ref)], numbers[name], leaves, enters))
        return made

    def parts(self) -> list[Cards]:
        """What hangs together, each for itself."""
        part = list(range(len(self.names)))

        def root(vertex: int) -> int:
            while part[vertex] != vertex:
                part[vertex] = vertex = part[part[vertex]]
            return vertex

        for edge in self.edges:
            first, second = sorted((root(edge.source), root(edge.target)))
            part[second] = first
        found: dict[int, Cards] = {}
        numbers: list[int] = []
        for vertex, name in enumerate(self.names):
            cards = found.setdefault(root(vertex), Cards([], [], []))
            numbers.append(len(cards.names))
            cards.names.append(name)
            cards.sizes.append(self.sizes[vertex])
        for edge in self.edges:
            renumbered = Edge(numbers[edge.source], numbers[edge.target], edge.leaves, edge.enters)
            found[root(edge.source)].edges.append(renumbered)
        return list(found.values())


@dataclass
class Rows:
    """Vertices in rows: the first `cards` of them are cards, the others lanes.

    What joins two leads from one row to the next. The edges of one output share their lanes.
    """

    cards: int
    rank: list[int]
    rows: list[list[int]]
    above: list[list[End]]
    below: list[list[End]]
    edges: list[list[Edge]]
    """For a lane, the edges that it belongs to."""

    @classmethod
    def of(cls, cards: Cards, rank: list[int]) -> Rows:
        """Cards in their rows, with lanes for the edges between rows that are no neighbours."""
        count = len(cards.names)
        lists: tuple[list[Any], ...] = tuple([[] for _ in range(count)] for _ in range(3))
        made = cls(count, list(rank), [[] for _ in range(max(rank, default=-1) + 1)], *lists)
        for vertex in range(count):
            made.rows[rank[vertex]].append(vertex)
        lanes: dict[tuple[int, float, int], int] = {}
        for edge in sorted(cards.edges, key=lambda edge: rank[edge.target] - rank[edge.source]):
            if rank[edge.target] - rank[edge.source] == 1 or len(made.rank) < count + MOST_LANES:
                made._lead(edge, lanes)
        return made

    def _lead(self, edge: Edge, lanes: dict[tuple[int, float, int], int]) -> None:
        vertex, leaves = edge.source, edge.leaves
        for row in range(self.rank[edge.source] + 1, self.rank[edge.target]):
            key = (edge.source, edge.leaves, row)
            if key not in lanes:
                lanes[key] = self._lane(row)
                self._join(vertex, leaves, lanes[key], 0.5)
            vertex, leaves = lanes[key], 0.5
            self.edges[vertex].append(edge)
        self._join(vertex, leaves, edge.target, edge.enters)

    def _lane(self, row: int) -> int:
        lane = len(self.rank)
        self.rank.append(row)
        self.rows[row].append(lane)
        for lists in (self.above, self.below, self.edges):
            lists.append([])
        return lane

    def _join(self, upper: int, leaves: float, lower: int, enters: float) -> None:
        self.below[upper].append(End(lower, enters, leaves))
        self.above[lower].append(End(upper, leaves, enters))
