"""What a block would go to if it were dropped at a place of the canvas."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF

from designer.core.assist.drop_targets import Alone, Beside, InFront, Instead, Into, Spot
from designer.core.graph.block import Block
from designer.core.graph.network import block_of, ref_to
from designer.core.layout.cards import on_grid
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.items.edge_item import EdgeItem
from designer.ui.canvas.scene.canvas_scene import CanvasScene

_INNER = CARD_HEIGHT / 2 - 10
"""A card is replaced by what is dropped within so many pixels of its middle line; nearer its border are its edges."""
_REACH = 40.0
"""How far above or below a card its ports draw what is dropped."""


def spot_at(scene: CanvasScene, place: QPointF, block: Block, carried: str = "") -> Spot:
    """The nearest spot that suits a block. `carried`: the block is there already, and goes to nothing of its own."""
    network = scene.editor.shown.network
    found = (spot for spot in _spots(scene, place, carried) if spot.suits(network, block))
    corner = place - scene.offset - QPointF(CARD_WIDTH / 2, CARD_HEIGHT / 2)
    return next(found, Alone((on_grid(corner.x()), on_grid(corner.y()))))


def _spots(scene: CanvasScene, place: QPointF, carried: str) -> Iterator[Spot]:
    """From the most to the least likely: the middle of a card, an edge, a port."""
    card = scene.card_at(place)
    if card and _is_here(scene, card) and card.block_id != carried and abs(place.y() - _middle(card).y()) <= _INNER:
        yield Instead(card.block_id)
    edge = scene.edge_near(place)
    if (
        edge
        and scene.edges.get((edge.target, edge.port)) is edge
        and carried not in (edge.target, block_of(edge.source))
    ):
        yield Into(edge.target, edge.port)
    around = QRectF(place.x() - 1, place.y() - _REACH, 2, 2 * _REACH)
    near = [item for item in scene.items(around) if isinstance(item, BlockItem) and _is_here(scene, item)]
    for item in sorted(near, key=lambda item: abs(place.y() - _middle(item).y())):
        if item.block_id != carried:
            yield _port_spot(item, place)


def _is_here(scene: CanvasScene, card: BlockItem) -> bool:
    """Whether a card is of what is edited, and not of another level that is shown around it."""
    return scene.cards.get(card.block_id) is card


def _port_spot(card: BlockItem, place: QPointF) -> Spot:
    """The nearest output of a card for a place below its middle, else the nearest input."""
    node = card.result.node
    below = place.y() > _middle(card).y()
    if below and node.block.output_ports:
        ports = node.block.output_ports
        name = min(ports, key=lambda port: abs((card.scenePos() + card.output_place(port) - place).x()))
        return Beside(ref_to(node.id, node.block, name))
    numbers = range(len(node.inputs))
    number = min(numbers, key=lambda port: abs((card.scenePos() + card.input_place(port) - place).x()), default=0)
    return InFront(node.id, number)


def _middle(card: BlockItem) -> QPointF:
    return card.scenePos() + card.solid().center()


def edge_of(scene: CanvasScene, spot: Spot) -> EdgeItem | None:
    """The edge that a spot is in."""
    if isinstance(spot, Into):
        return scene.edges.get((spot.target, spot.port))
    return scene.edges.get((spot.block, spot.port)) if isinstance(spot, InFront) else None
