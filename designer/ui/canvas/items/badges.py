"""Badges: signs at the right end of a card, each of which can be clicked."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from designer.ui.canvas.items.brushes import colour, pen
from designer.ui.style import icons
from designer.ui.style.theme import Colours

BADGE = 7.0
"""Half of what a badge is wide and high."""
_BULB = 9.0


def paint_problem_badge(painter: QPainter, middle: QPointF, colours: Colours) -> None:
    """Something is wrong: a disc, seen whether the card is selected or not."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(colours.error))
    painter.drawEllipse(middle, BADGE, BADGE)
    painter.setPen(pen(colours.card, 1.8))
    painter.drawLine(middle + QPointF(0, -4), middle + QPointF(0, 0.5))
    painter.drawPoint(middle + QPointF(0, 3.8))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_advice_badge(painter: QPainter, middle: QPointF, ink: str) -> None:
    """The doctor has something to say: a light bulb, which no colour is needed for to tell it from a problem."""
    icons.draw(painter, QRectF(middle.x() - _BULB, middle.y() - _BULB, 2 * _BULB, 2 * _BULB), "advice", ink)
