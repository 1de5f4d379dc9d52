"""From block to block: along the edges up and down, over the canvas to the left and to the right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from designer.core.graph.network import Network
from designer.core.graph.settings import Position
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH

Direction = Literal["up", "down", "left", "right"]
OPPOSITE: Mapping[Direction, Direction] = {"up": "down", "down": "up", "left": "right", "right": "left"}
_ASIDE = 2.0
"""How much worse it is to lie aside of the way than to lie further along it."""


def step(network: Network, places: Mapping[str, Position], block_id: str, direction: Direction) -> str | None:
    """The block that lies next in a direction; None where there is none.

    Up leads to a source and down to a consumer, the one that lies nearest. Where no edge leads on, and to the left and
    to the right, it is the nearest block that lies on that side.
    """
    ways = along(network, block_id, direction)
    if ways:
        return min(ways, key=lambda other: _apart(places, block_id, other)[0])
    return _nearest(places, block_id, direction, network.nodes)


def along(network: Network, block_id: str, direction: Direction) -> list[str]:
    """The blocks that edges lead to upwards or downwards, each once, in the order of the ports."""
    if direction == "up":
        return list(dict.fromkeys(network.nodes[block_id].sources))
    if direction == "down":
        return list(dict.fromkeys(consumer for consumer, _ in network.consumers[block_id]))
    return []


def _apart(places: Mapping[str, Position], one: str, other: str) -> Position:
    (x, y), (there_x, there_y) = places[one], places[other]
    return abs(there_x - x), abs(there_y - y)


def _nearest(places: Mapping[str, Position], block_id: str, direction: Direction, blocks: Iterable[str]) -> str | None:
    """The nearest block that lies beyond half of a card in this direction."""
    x, y = places[block_id]
    sign = 1 if direction in ("down", "right") else -1
    sideways = direction in ("left", "right")
    best: tuple[float, str] | None = None
    for other in blocks:
        dx, dy = places[other][0] - x, places[other][1] - y
        ahead, aside, least = (dx, dy, CARD_WIDTH / 2) if sideways else (dy, dx, CARD_HEIGHT / 2)
        cost = sign * ahead + _ASIDE * abs(aside)
        if sign * ahead >= least and (best is None or cost < best[0]):
            best = cost, other
    return best[1] if best else None
