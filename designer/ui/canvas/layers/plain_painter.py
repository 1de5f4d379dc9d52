"""The network from some way off, where large names alone are read: plain cards and lines, painted at once.

A hundred and more are in view then. Qt would look for each of them, ask it for its bounds, and paint it with a painter
and an option of its own, which takes several times as long as the painting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QTransform

from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.items.brushes import pen
from designer.ui.canvas.items.edge_item import EdgeItem
from designer.ui.canvas.items.plain_card import paint_plain_cards
from designer.ui.canvas.layers.frame_layer import Frames
from designer.ui.canvas.layers.other_items import OtherItems, with_what_stands_on
from designer.ui.canvas.layers.overview_painter import paint_items
from designer.ui.canvas.layers.stage import Stage
from designer.ui.style.theme import Colours

_BORDER = 8.0
"""Outlines and ports reach so far around a card."""


class PlainPainter:
    """What of a scene is in view, as it looks between FAR and NEAR."""

    def __init__(self, stage: Stage, frames: Frames, others: OtherItems) -> None:
        self._stage, self._frames, self._others = stage, frames, others

    def paint(self, painter: QPainter, to_view: QTransform, exposed: QRectF, colours: Colours) -> None:
        """Paints a part of the scene; what is neither card nor edge paints itself, below or above them by its z.

        `painter` is in pixels of the view, `to_view` leads there from the scene.
        """
        others = [item for item in self._others.in_order() if item.sceneBoundingRect().intersects(exposed)]
        together, alone = self._told_apart(self._cards_in(exposed))
        paint_items(painter, (item for item in others if item.zValue() < 0), to_view)
        painter.save()
        painter.setTransform(to_view, True)
        self._paint_edges(painter, exposed, colours)
        paint_plain_cards(painter, [card.plain_look(card.area) for card in together])
        painter.restore()
        paint_items(painter, with_what_stands_on(alone), to_view)
        paint_items(painter, (item for item in others if item.zValue() >= 0), to_view)

    def _cards_in(self, exposed: QRectF) -> list[BlockItem]:
        """The cards of all levels, without frames."""
        around = exposed.adjusted(-_BORDER, -_BORDER, _BORDER, _BORDER)
        layers = [layers.cards for _, layers in self._frames.all_layers()]
        cards = [layer.cards[name] for layer in layers for name in layer.lying.touching(around)]
        return [card for card in cards if type(card) is BlockItem]

    def _told_apart(self, cards: Sequence[BlockItem]) -> tuple[list[BlockItem], list[BlockItem]]:
        """Those that can be painted together, and those that paint themselves, in their order."""
        lying_close = _close_together(cards)
        together: list[BlockItem] = []
        alone: list[BlockItem] = []
        for card in cards:
            special = card.target_port is not None or card.opacity() < 1 or card.childItems()
            (alone if special or card in lying_close else together).append(card)
        if lying_close:  # one covers the other
            order = {item: place for place, item in enumerate(self._stage.items(Qt.SortOrder.AscendingOrder))}
            alone.sort(key=order.__getitem__)
        return together, alone

    def _paint_edges(self, painter: QPainter, exposed: QRectF, colours: Colours) -> None:
        """Line by line: Qt takes five times as long for all of them as one path."""
        ways: defaultdict[float, list[QPainterPath]] = defaultdict(list)
        standing_out: list[EdgeItem] = []
        for edge in self._edges_in(exposed):
            if edge.stands_out:
                standing_out.append(edge)
            else:
                ways[edge.width].append(edge.way)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for width, same in ways.items():
            painter.setPen(pen(colours.edge, width))
            for way in same:
                painter.drawPath(way)
        for edge in standing_out:
            edge.draw(painter)

    def _edges_in(self, exposed: QRectF) -> Iterator[EdgeItem]:
        for _, layers in self._frames.all_layers():
            for edge in layers.cards.edges.values():
                if edge.extent.intersects(exposed) and edge.isVisible():
                    yield edge


def _close_together(cards: Sequence[BlockItem]) -> set[BlockItem]:
    """The cards that touch another one, with their borders."""
    wide, high = CARD_WIDTH + 2 * _BORDER, CARD_HEIGHT + 2 * _BORDER
    places = sorted(((card.area.left(), card.area.top(), number) for number, card in enumerate(cards)))
    found: set[BlockItem] = set()
    for place, (left, top, number) in enumerate(places):
        for other_left, other_top, other in places[place + 1 :]:
            if other_left - left >= wide:
                break
            if abs(other_top - top) < high:
                found.update((cards[number], cards[other]))
    return found
