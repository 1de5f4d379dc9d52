"""Automatic layout: rows from top to bottom, as few crossings as can be, straight chains, lanes for long edges.

The steps are those of Sugiyama, Tagawa & Toda 1981 and of Graphviz's dot (Gansner, Koutsofios, North & Vo, "A
technique for drawing directed graphs", 1993): a row for each card (`ranks`), an order in each row (`crossings`), an x
for each card (`columns`, after Brandes & Köpf 2002). Written here, as no library that pip installs does what a canvas
needs:

- igraph (1.0, alive, wheels for all systems) has `layout_sugiyama`, but every vertex is a point: no sizes, no ports,
  and no start from the order that is there, so a small edit may turn everything round. It is under the GPL.
- fast-sugiyama (0.5, alive, Rust) has one spacing for all vertices, and no ports or first order either.
- grandalf has had no release since 2023; Graphviz, ELK and dagre are no Python: they need programs beside ours.

Stable: a row starts in the order that its cards have on the canvas, and only fewer crossings change that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from statistics import median

from designer.core.graph.network import Network
from designer.core.graph.settings import Position
from designer.core.layout.cards import CARD_HEIGHT, CARD_WIDTH, ROW
from designer.core.layout.sugiyama.columns import CARD_GAP, middles, on_grid
from designer.core.layout.sugiyama.crossings import untangle
from designer.core.layout.sugiyama.graph import Cards, Rows, Size
from designer.core.layout.sugiyama.ranks import ranks

_GAP = ROW - CARD_HEIGHT
_STEEP = ((700.0, 3), (300.0, 2))
"""Edges that go this far to the side get so many times the usual gap between rows, or they would lie flat."""
_ASIDE = CARD_WIDTH / 4
_SEVERAL = 3
"""So many edges that go further to the side than that get one usual gap more."""
_WIDEST = 4000.0
"""Parts that do not hang together stand side by side up to here, and then below."""


def laid_out(
    network: Network,
    places: Mapping[str, Position] | None = None,
    blocks: Collection[str] | None = None,
    sizes: Mapping[str, Size] | None = None,
) -> dict[str, Position]:
    """A place for the top left corner of each block, in pixels at 100 %.

    `places` are those that the blocks have: their order from left to right is kept where that makes no more
    crossings, and the whole stays where it was. `blocks` names some to lay out alone: each part of them that hangs
    together stays where it was. `sizes` has what those take that are no plain cards.
    """
    known = places or {}
    cards = Cards.of(network, blocks, sizes or {})
    parts = cards.parts()
    if known:
        parts.sort(key=lambda part: min((known[name][0] for name in part.names if name in known), default=0.0))
    found: dict[str, Position] = {}
    if blocks is not None:
        for part in parts:
            found.update(_anchored(_part(part, known), known))
        return found
    left = top = bottom = 0.0
    for part in parts:
        made = _part(part, known)
        width, height = _extent(made, part)
        if left and left + width > _WIDEST:
            left, top = 0.0, bottom + 2 * ROW
        found.update({name: (x + left, y + top) for name, (x, y) in made.items()})
        left, bottom = left + width + CARD_GAP, max(bottom, top + height)
    return _anchored(found, known)


def _part(cards: Cards, known: Mapping[str, Position]) -> dict[str, Position]:
    """Places for what hangs together; the left and the upper side are at 0."""
    graph = Rows.of(cards, ranks(cards))
    if known:
        _order_as_known(graph, cards, known)
    untangle(graph, bool(known))
    middle = middles(graph, cards.sizes)
    tops = _tops(graph, cards.sizes, middle)
    corner = [middle[vertex] - cards.sizes[vertex].left for vertex in range(graph.cards)]
    left = min(corner)
    return {name: (on_grid(corner[v] - left), tops[graph.rank[v]]) for v, name in enumerate(cards.names)}


def _order_as_known(graph: Rows, cards: Cards, known: Mapping[str, Position]) -> None:
    """Puts each row into the order that it has on the canvas; lanes lie above the ports to which they lead."""

    def port(card: int, share: float) -> float:
        return known.get(cards.names[card], (0.0, 0.0))[0] + cards.sizes[card].left + (share - 0.5) * CARD_WIDTH

    key = [port(card, 0.5) for card in range(graph.cards)]
    for edges in graph.edges[graph.cards :]:
        key.append(sum(port(edge.target, edge.enters) for edge in edges) / len(edges))
    for row in graph.rows:
        row.sort(key=key.__getitem__)


def _tops(graph: Rows, sizes: list[Size], middle: list[float]) -> list[float]:
    """The top of each row: where edges go far to the side, or many do, there is more room below it."""
    tops, top = [], 0.0
    for row in graph.rows:
        tops.append(top)
        height = max((sizes[vertex].height for vertex in row if vertex < graph.cards), default=CARD_HEIGHT)
        shifts = [abs(middle[end.vertex] - middle[vertex]) for vertex in row for end in graph.below[vertex]]
        top += height + _GAP * _times(shifts)
    return tops


def _times(shifts: Sequence[float]) -> int:
    """How many of the usual gaps edges need that go so far to the side."""
    far = next((times for width, times in _STEEP if max(shifts, default=0.0) > width), 1)
    return max(far, min(1 + sum(shift > _ASIDE for shift in shifts) // _SEVERAL, _STEEP[0][1]))


def _extent(places: Mapping[str, Position], cards: Cards) -> tuple[float, float]:
    sized = zip(cards.names, cards.sizes, strict=True)
    ends = [(places[name][0] + size.left + size.right, places[name][1] + size.height) for name, size in sized]
    return max(x for x, _ in ends), max(y for _, y in ends)


def _anchored(found: dict[str, Position], known: Mapping[str, Position]) -> dict[str, Position]:
    """All moved together, so that half of the cards would go left, half right; half up, half down."""
    shared = [name for name in found if name in known]
    if not shared:
        first = next(iter(found.values()), (0.0, 0.0))
        dx, dy = -CARD_WIDTH / 2 - first[0], -first[1]
    else:
        dx, dy = (on_grid(median(known[name][axis] - found[name][axis] for name in shared)) for axis in (0, 1))
    return {name: (x + dx, y + dy) for name, (x, y) in found.items()}
