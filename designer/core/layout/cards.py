"""Cards: how large a block is on the canvas, and where its ports are on it. All in pixels at 100 %."""

from __future__ import annotations

from designer.core.graph.network import AnyBlock, Node, port_of
from designer.core.graph.settings import Position

CARD_WIDTH = 232.0
CARD_HEIGHT = 48.0
ROW = 72.0
"""From the top of a card to that of the one below it."""
COLUMN = 264.0
"""From the left side of a card to that of the one beside it."""
GRID = 4.0
"""Cards that are dropped or laid out lie on multiples of this."""
PORT_REACH = 11.0
"""So far from its middle a port is still hit."""


def on_grid(length: float) -> float:
    """The nearest multiple of the grid's size."""
    return round(length / GRID) * GRID


def overlap(one: Position, other: Position) -> bool:
    """Whether cards with their corners at two places lie on one another."""
    return abs(one[0] - other[0]) < CARD_WIDTH and abs(one[1] - other[1]) < CARD_HEIGHT


def input_place(node: Node, port: int, width: float = CARD_WIDTH) -> float:
    """How far from the left side an input port of a block is."""
    count = len(node.inputs)
    return _port_place(port, count, count - len(node.block.optional), width)


def output_place(block: AnyBlock, port: str = "", width: float = CARD_WIDTH) -> float:
    """How far from the left side an output port of a block is; its first one, where it has none of that name."""
    ports = block.output_ports
    number = ports.index(port) if port in ports else 0
    return _port_place(number, len(ports), 1, width)


def output_of(ref: str, block: AnyBlock, width: float = CARD_WIDTH) -> float:
    """How far from the left side an output is, which is named as inputs name it."""
    return output_place(block, port_of(ref, block), width)


def _port_place(number: int, count: int, main: int, width: float) -> float:
    """Ports that always take part share the card's width; others stand right of them, so that chains are straight."""
    if number < main:
        return width * (number + 1) / (main + 1)
    right = width * main / (main + 1)
    return right + (width - right) * (number - main + 1) / (count - main + 1)
