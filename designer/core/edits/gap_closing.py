"""How a stack closes up: what lies below a block that leaves moves up into its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set

from designer.core.edits.network_edits import has_one_way
from designer.core.graph.design import Design
from designer.core.graph.network import Network
from designer.core.graph.settings import Position
from designer.core.layout.cards import overlap
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH, ROW

Places = dict[str, Position]


def closed_up(before: Design, after: Design, gone: Set[str]) -> Design:
    """`after`, the design without the blocks `gone`, with the rows that they have left closed, the lowest first.

    The next block in the column takes the place of the one that left, and all that lies downstream moves with it. It
    does so only where that leaves no edge without its row and covers no card; otherwise everything stays.
    """
    network, places = before.network, before.view.positions
    kept = first = after.view.positions
    for block_id in reversed([name for name in network.nodes if name in gone and name in places]):
        if gone.isdisjoint(network.nodes[block_id].sources):  # else it goes with the block above it
            following = _following(network, block_id, gone)
            kept = _closed(after.network, kept, places[block_id], following)
    moved = {name: place for name, place in kept.items() if place is not first[name]}
    return after.placed(moved) if moved else after


def _closed(network: Network, kept: Places, place: Position, following: Collection[str]) -> Places:
    """The places with what follows a place that is free now moved up to it, as far as it is in its column."""
    column = [kept[name] for name in following if name in kept and _in_column(place, kept[name])]
    if not column:
        return kept
    gap = min(y for _, y in column) - place[1]
    moving = set().union(*(network.downstream(name) for name in following))
    return _moved_up(network, kept, moving, gap) if gap > 0 else kept


def _following(network: Network, block_id: str, gone: Set[str]) -> set[str]:
    """The blocks that are left which take from a block, or from those that left behind it; none past several ways."""
    found, seen, waiting = set[str](), {block_id}, [block_id]
    while waiting:
        name = waiting.pop()
        consumers = {consumer for consumer, _ in network.consumers[name]} if has_one_way(network.nodes[name]) else set()
        found |= consumers - gone
        waiting += (consumers & gone) - seen
        seen |= consumers
    return found


def _in_column(place: Position, below: Position) -> bool:
    return abs(place[0] - below[0]) < CARD_WIDTH / 2 and below[1] > place[1]


def _moved_up(network: Network, places: Places, moving: set[str], gap: float) -> Places:
    """The places with some blocks moved up; as they were, where that cannot be."""
    raised = {name: (place[0], place[1] - gap) for name in moving if (place := places.get(name))}
    for name, (_, y) in raised.items():
        sources = network.nodes[name].sources
        if moving.issuperset(sources):  # as of nearly all: they move along
            continue
        heights = [places[source][1] for source in sources if source not in moving and source in places]
        if any(y + gap - height >= ROW > y - height for height in heights):  # had a row between them
            return places
    still = {name: place for name, place in places.items() if name not in raised}
    return places if covers_any(raised.values(), still) else {**places, **raised}


def covers_any(places: Iterable[Position], others: Mapping[str, Position]) -> bool:
    """Whether a card at one of the places would lie on one of the others. Near ones are found by their cell."""
    here = list(places)
    there = _near(others.values(), here)
    cells: dict[tuple[int, int], list[Position]] = {}
    for x, y in there:
        cells.setdefault((int(x // CARD_WIDTH), int(y // CARD_HEIGHT)), []).append((x, y))
    for x, y in _near(here, there):
        column, row = int(x // CARD_WIDTH), int(y // CARD_HEIGHT)
        near = [cells.get((column + dx, row + dy), ()) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        if any(overlap((x, y), place) for cell in near for place in cell):
            return True
    return False


def _near(places: Iterable[Position], others: Collection[Position]) -> list[Position]:
    """The places where a card could lie on one of the others, by the rectangle around all of those."""
    if not others:
        return []
    across, down = zip(*others, strict=True)
    left, right = min(across) - CARD_WIDTH, max(across) + CARD_WIDTH
    top, bottom = min(down) - CARD_HEIGHT, max(down) + CARD_HEIGHT
    return [(x, y) for x, y in places if left < x < right and top < y < bottom]
