"""What lies over the cards: outlines of what was found, and the ring around the block that has the keyboard."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from designer.core.assist.block_query import Hit
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.scene.canvas_scene import CanvasScene

_FOUND_REACH, _RING_REACH = 6.0, 3.0
_ROUND = 3.0
"""How much rounder an outline is than it lies outside of the card."""


class Highlights:
    """Drawn in the view's foreground, at every zoom with lines of the same width."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self.found: Collection[Hit] = ()
        """The blocks and notes that were found."""
        self.here: Hit | None = None
        """The one of them that the person is at."""
        self.ring = ""
        """The block that has the keyboard; empty while it is elsewhere, or the mouse is at work."""

    def paint(self, painter: QPainter) -> None:
        """Draws what there is."""
        colours = self._scene.theme.colours
        for hit, rect in self._found_rects():
            self._outline(painter, rect, _FOUND_REACH, self._pen(colours.found, 4.0 if hit == self.here else 2.0))
        ring = self._scene.cards.get(self.ring)
        if ring is not None:
            self._outline(painter, card_rect(ring), _RING_REACH, self._pen(colours.accent, 1.5))

    def _found_rects(self) -> Iterator[tuple[Hit, QRectF]]:
        """Those that are on the canvas, also within groups that are open in place."""
        layers = dict(self._scene.frames.all_layers()) if self.found else {}
        for hit in self.found:
            if hit.path not in layers:
                continue
            cards, notes = layers[hit.path].cards.cards, layers[hit.path].notes.items
            if hit.is_note and hit.name in notes:
                yield hit, notes[hit.name].sceneBoundingRect()
            elif not hit.is_note and hit.name in cards:
                yield hit, card_rect(cards[hit.name])

    @staticmethod
    def _pen(colour: str, width: float) -> QPen:
        pen = QPen(QColor(colour), width)
        pen.setCosmetic(True)
        return pen

    @staticmethod
    def _outline(painter: QPainter, rect: QRectF, reach: float, pen: QPen) -> None:
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(-reach, -reach, reach, reach), reach + _ROUND, reach + _ROUND)


def card_rect(card: BlockItem) -> QRectF:
    """What a card, or a frame, takes up of the scene, without its ports."""
    return card.room().translated(card.scenePos())
