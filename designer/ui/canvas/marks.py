"""What lies over the cards: outlines of what was found, and the ring around the block that has the keyboard."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from designer.core.layout import CARD_HEIGHT, CARD_WIDTH
from designer.ui.canvas.scene import CanvasScene

_FOUND_REACH, _RING_REACH = 6.0, 7.0
_ROUND = 9.0


class Marks:
    """Drawn in the view's foreground, at every zoom with lines of the same width."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self.found: Collection[str] = ()
        """The blocks that were found."""
        self.here = ""
        """The one of them that the person is at."""
        self.ring = ""
        """The block that has the keyboard; empty while it is elsewhere, or the mouse is at work."""

    def paint(self, painter: QPainter) -> None:
        """Draws what there is."""
        colours = self._scene.theme.colours
        for block_id in self.found:
            width = 4.0 if block_id == self.here else 2.0
            self._outline(painter, block_id, _FOUND_REACH, self._pen(colours.found, width))
        if self.ring:
            self._outline(painter, self.ring, _RING_REACH, self._pen(colours.text, 2.0, Qt.PenStyle.DotLine))

    @staticmethod
    def _pen(colour: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        pen = QPen(QColor(colour), width, style)
        pen.setCosmetic(True)
        return pen

    def _outline(self, painter: QPainter, block_id: str, reach: float, pen: QPen) -> None:
        card = self._scene.cards.get(block_id)
        if card is None:
            return
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        around = card_rect(card.scenePos()).adjusted(-reach, -reach, reach, reach)
        painter.drawRoundedRect(around, _ROUND, _ROUND)


def card_rect(place: QPointF) -> QRectF:
    """The card that stands at a place, without its ports."""
    return QRectF(place, QSizeF(CARD_WIDTH, CARD_HEIGHT))
