"""Places for blocks that have none: layers from top to bottom, by the longest way from an Input."""

from __future__ import annotations

from designer.core.network import Network
from designer.core.settings import Position

CARD_WIDTH = 232.0
CARD_HEIGHT = 48.0
ROW = 72.0
COLUMN = 264.0


def layered(network: Network) -> dict[str, Position]:
    """A place for every block; each row is centred on x = 0 (the top left corner is what is placed)."""
    rows: dict[int, list[str]] = {}
    depth: dict[str, int] = {}
    for node in network.nodes.values():
        depth[node.id] = 1 + max((depth[source] for source in node.sources), default=-1)
        rows.setdefault(depth[node.id], []).append(node.id)
    places: dict[str, Position] = {}
    for row, members in rows.items():
        left = -(len(members) - 1) * COLUMN / 2 - CARD_WIDTH / 2
        for column, block_id in enumerate(members):
            places[block_id] = (left + column * COLUMN, row * ROW)
    return places


def complete(network: Network, places: dict[str, Position]) -> dict[str, Position]:
    """The given places, and one for each block that has none: below its source, or where `layered` puts it."""
    if not any(block_id in places for block_id in network.nodes):
        return layered(network)
    found = dict(places)
    for node in network.nodes.values():
        if node.id not in found:
            source = next(iter(node.sources), None)
            x, y = found[source] if source else (-CARD_WIDTH / 2, -ROW)
            found[node.id] = free_place(found, x, y + ROW)
    return found


def free_place(places: dict[str, Position], x: float, y: float) -> Position:
    """The first place at (x, y) or to the right of it that no card covers."""
    while any(abs(x - ox) < CARD_WIDTH and abs(y - oy) < CARD_HEIGHT for ox, oy in places.values()):
        x += COLUMN
    return x, y
