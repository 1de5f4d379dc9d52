"""What of the network is in view, from FAR on: cards and lines, painted at once.

Qt would look for each of them, ask it for its bounds, and paint it with a painter and an option of its own, which takes
several times as long as the painting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QTransform
from PySide6.QtWidgets import QWidget

from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.items.brushes import colour
from designer.ui.canvas.items.edge_item import EdgeItem
from designer.ui.canvas.items.level_of_detail import NEAR, zoom_of
from designer.ui.canvas.items.plain_card import paint_plain_cards
from designer.ui.canvas.items.rect_grid import overlap, sides_of
from designer.ui.canvas.layers.frame_layer import Frames
from designer.ui.canvas.layers.other_items import OtherItems, with_what_stands_on
from designer.ui.canvas.layers.overview_painter import paint_items
from designer.ui.canvas.layers.stage import Stage
from designer.ui.style.theme import Colours

_BORDER = 8.0
"""Outlines and ports reach so far around a card."""
_BUTTON = 16.0
"""And the button that stands on it."""
Lying = tuple[BlockItem, float, float]
"""A card with its left and top on the scene."""


class InViewPainter:
    """Paints parts of a scene."""

    def __init__(self, stage: Stage, frames: Frames, others: OtherItems) -> None:
        self._stage, self._frames, self._others = stage, frames, others

    def paint(self, painter: QPainter, to_view: QTransform, exposed: Sequence[QRectF], colours: Colours) -> None:
        """Paints what lies in some rectangles; what is neither card nor edge paints itself, below or above by its z.

        `painter` is in pixels of the view, and paints within these alone; `to_view` leads there from the scene.
        """
        device = painter.device()
        view = device if isinstance(device, QWidget) else None
        others = [item for item in self._others.in_order() if _is_in(item.sceneBoundingRect(), exposed)]
        together, alone = self._told_apart(self._cards_in(exposed))
        paint_items(painter, (item for item in others if item.zValue() < 0), to_view, view)
        painter.save()
        painter.setTransform(to_view, True)
        self._paint_edges(painter, exposed, colours)
        if zoom_of(painter) < NEAR:
            paint_plain_cards(painter, [card.plain_look(x, y) for card, x, y in together])
        else:
            self._paint_cards(painter, together, colours)
        painter.restore()
        paint_items(painter, with_what_stands_on(alone), to_view, view)
        paint_items(painter, (item for item in others if item.zValue() >= 0), to_view, view)

    def _cards_in(self, exposed: Sequence[QRectF]) -> list[Lying]:
        """The cards of all levels, without frames."""
        found: dict[BlockItem, tuple[float, float]] = {}
        for _, layers in self._frames.all_layers():
            layer = layers.cards
            for rect in exposed:
                for name in layer.lying.touching(rect.adjusted(-_BUTTON, -_BUTTON, _BUTTON, _BUTTON)):
                    card = layer.cards[name]
                    if type(card) is BlockItem:
                        found[card] = layer.places[name]
        return [(card, x, y) for card, (x, y) in found.items()]

    def _told_apart(self, cards: Sequence[Lying]) -> tuple[list[Lying], list[BlockItem]]:
        """Those that can be painted together, and those that paint themselves, in their order."""
        lying_close = _close_together(cards)
        together: list[Lying] = []
        alone: list[BlockItem] = []
        for lying in cards:
            card = lying[0]
            if card in lying_close or card.target_port is not None or card.opacity() < 1 or card.childItems():
                alone.append(card)
            else:
                together.append(lying)
        if lying_close:  # one covers the other
            around = QRectF()
            for card in alone:
                around = around.united(card.area)
            order = {item: -place for place, item in enumerate(self._stage.items(around))}
            alone.sort(key=lambda card: order.get(card, 0))
        return together, alone

    def _paint_cards(self, painter: QPainter, cards: Sequence[Lying], colours: Colours) -> None:
        """All bodies, and then all names: none lies on another."""
        self._stage.sprites.draw_all(painter, [card.sprite(x, y) for card, x, y in cards])
        painter.setPen(colour(colours.text))
        for card, x, y in cards:
            card.words().paint_name(painter, QPointF(x, y))

    def _paint_edges(self, painter: QPainter, exposed: Sequence[QRectF], colours: Colours) -> None:
        """Line by line: Qt takes five times as long for all of them as one path. Those that stand out come last."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(colours.edge))
        standing_out: list[EdgeItem] = []
        for edge in self._edges_in(exposed):
            self._stage.edge_drawn(edge)
            if edge.stands_out:
                standing_out.append(edge)
            else:
                painter.drawPath(edge.outline())
        for edge in standing_out:
            edge.draw(painter)

    def _edges_in(self, exposed: Sequence[QRectF]) -> Iterator[EdgeItem]:
        """The edges that are seen, or what is written beside them. All are asked, so that it is done with numbers."""
        parts = [sides_of(rect) for rect in exposed]
        lefts, tops, rights, bottoms = zip(*parts, strict=True)
        left, top, right, bottom = min(lefts), min(tops), max(rights), max(bottoms)
        for _, layers in self._frames.all_layers():
            for edge in layers.cards.edges.values():
                own = edge.sides
                if own is None or own[2] <= left or own[0] >= right or own[3] <= top or own[1] >= bottom:
                    continue
                if edge.isVisible() and (len(parts) == 1 or any(overlap(own, part) for part in parts)):
                    yield edge


def _is_in(rect: QRectF, exposed: Sequence[QRectF]) -> bool:
    return any(rect.intersects(part) for part in exposed)


def _close_together(cards: Sequence[Lying]) -> set[BlockItem]:
    """The cards that touch another one, with their borders."""
    wide, high = CARD_WIDTH + 2 * _BORDER, CARD_HEIGHT + 2 * _BORDER
    places = sorted((x, y, number) for number, (_, x, y) in enumerate(cards))
    found: set[BlockItem] = set()
    for place, (left, top, number) in enumerate(places, start=1):
        for other_left, other_top, other in places[place:]:
            if other_left - left >= wide:
                break
            if abs(other_top - top) < high:
                found.update((cards[number][0], cards[other][0]))
    return found
