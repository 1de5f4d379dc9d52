"""Places for blocks that have none: near what they take from, or all laid out where none has one."""

from __future__ import annotations

from designer.core.graph.network import Network
from designer.core.graph.settings import Position
from designer.core.layout.cards import CARD_HEIGHT as CARD_HEIGHT
from designer.core.layout.cards import CARD_WIDTH as CARD_WIDTH
from designer.core.layout.cards import COLUMN as COLUMN
from designer.core.layout.cards import ROW as ROW
from designer.core.layout.cards import overlap
from designer.core.layout.sugiyama import laid_out


def complete(network: Network, places: dict[str, Position]) -> dict[str, Position]:
    """The given places, and one for each block that has none: below its source, or laid out where none has one."""
    if not any(block_id in places for block_id in network.nodes):
        return laid_out(network)
    found = dict(places)
    for node in network.nodes.values():
        if node.id not in found:
            source = next(iter(node.sources), None)
            x, y = found[source] if source else (-CARD_WIDTH / 2, -ROW)
            found[node.id] = free_place(found, x, y + ROW)
    return found


def free_place(places: dict[str, Position], x: float, y: float) -> Position:
    """The first place at (x, y) or to the right of it that no card covers."""
    while any(overlap((x, y), place) for place in places.values()):
        x += COLUMN
    return x, y
