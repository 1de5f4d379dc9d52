"""Snapping while cards are dragged: they stop in line with their neighbours, and lines show with which."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from designer.core.graph.settings import Position
from designer.core.layout.cards import on_grid
from designer.core.layout.snapping import Guide, Snap, snapped
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.layers.card_layer import CardLayer
from designer.ui.style.theme import Look

_REACH = 5.0
"""Pixels of the screen."""
_AROUND = 900.0
"""Cards further away than this are no neighbours."""
_TICK = 4.0
_PEN = 2.0
"""Pixels of the screen that a line may take on each side."""


class SnappingStage(Protocol):
    """The scene, as far as snapping looks at it."""

    theme: Look

    @property
    def layer(self) -> CardLayer:
        """Cards and edges of what is being edited."""

    def selectedItems(self) -> list[QGraphicsItem]:
        """What is selected, and dragged together."""

    def cards_near(self, rect: QRectF) -> list[BlockItem]:
        """The cards that lie in a rectangle."""

    def update(self, rect: QRectF) -> None:
        """A rectangle is painted anew."""


class Snapping:
    """Moves what is being dragged on to where it snaps. With Ctrl held it does nothing."""

    def __init__(self, scene: SnappingStage) -> None:
        self._scene = scene
        self._snap = Snap()
        self._room = _TICK + _PEN
        """What a line takes up around it, with its ticks."""

    def drag(self, grabbed: QGraphicsItem | None, off: bool, zoom: float) -> None:
        """Cards have been dragged to where the mouse is, and go on to the place nearby that suits them."""
        before, self._snap = self._snap.guides, Snap()
        self._room = _TICK + _PEN / zoom
        if isinstance(grabbed, BlockItem) and not off:
            movable = QGraphicsItem.GraphicsItemFlag.ItemIsMovable
            moving = [item for item in self._scene.selectedItems() if item.flags() & movable]
            cards = {item.block_id for item in moving if isinstance(item, BlockItem)}
            rect = QRectF()
            for name in cards:
                rect = rect.united(self._scene.layer.lying.rect(name))
            near = self._scene.cards_near(rect.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND))
            others = [self._scene.layer.lying.rect(card.block_id) for card in near if card.block_id not in cards]
            self._snap = snapped(_sides(rect), [_sides(other) for other in others], _REACH / zoom)
            by = QPointF(self._snap.dx or 0.0, self._snap.dy or 0.0)
            if not by.isNull():
                for item in moving:
                    item.setPos(item.pos() + by)
        if self._snap.guides != before:
            self._repaint(before)
            self._repaint(self._snap.guides)

    def _repaint(self, guides: Iterable[Guide]) -> None:
        """Only where lines are: to paint all of a dense network anew at each move of the mouse would be felt."""
        for guide in guides:
            line = QRectF(QPointF(*guide.start), QPointF(*guide.end)).normalized()
            self._scene.update(line.adjusted(-self._room, -self._room, self._room, self._room))

    def drop(self) -> None:
        """The drag is over."""
        shown, self._snap = self._snap.guides, Snap()
        self._repaint(shown)

    def settled(self, place: QPointF) -> Position:
        """The place of a card that is dropped: on the grid, but where it has snapped to a neighbour."""
        x, y = place.toTuple()
        return (
            on_grid(x) if self._snap.dx is None else float(round(x)),
            on_grid(y) if self._snap.dy is None else float(round(y)),
        )

    def paint(self, painter: QPainter) -> None:
        """The lines, as thin at every zoom."""
        if not self._snap.guides:
            return
        pen = QPen(QColor(self._scene.theme.colours.accent), 1.0)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for guide in self._snap.guides:
            _paint(painter, guide)


def _paint(painter: QPainter, guide: Guide) -> None:
    """A line; a gap has a tick at both ends."""
    start, end = QPointF(*guide.start), QPointF(*guide.end)
    painter.drawLine(start, end)
    if guide.gap:
        tick = QPointF(_TICK, 0) if guide.start[0] == guide.end[0] else QPointF(0, _TICK)
        for place in (start, end):
            painter.drawLine(place - tick, place + tick)


def _sides(rect: QRectF) -> tuple[float, float, float, float]:
    return rect.left(), rect.top(), rect.right(), rect.bottom()
