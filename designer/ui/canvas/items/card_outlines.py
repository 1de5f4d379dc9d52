"""Paths that all cards have in common, and the size of a card with its ports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath

from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.ui.canvas.items.brushes import colour, pen
from designer.ui.style.theme import Colours

PORT_RADIUS = 5.0
_RING = 1.2
_DISC = PORT_RADIUS + _RING / 2
STRIPE = 4.0
_RADIUS = 5.0
CARD = QRectF(0, 0, CARD_WIDTH, CARD_HEIGHT)
_REACH = PORT_RADIUS + 2
BOUNDS = QRectF(-2, -_REACH, CARD_WIDTH + 4, CARD_HEIGHT + 2 * _REACH)
"""A card with its border and its ports."""


@dataclass(frozen=True)
class Outlines:
    """What can be clicked of a card, the card, and the stripe at its left."""

    hit: QPainterPath
    card: QPainterPath
    stripe: QPainterPath


@lru_cache(maxsize=1)
def outlines() -> Outlines:
    """Those of every card."""
    hit, card, stripe = QPainterPath(), QPainterPath(), QPainterPath()
    hit.addRect(CARD)
    card.addRoundedRect(CARD, _RADIUS, _RADIUS)
    stripe.addRect(QRectF(0, 0, STRIPE, CARD_HEIGHT))
    return Outlines(hit, card, card.intersected(stripe))


def paint_port(painter: QPainter, place: QPointF, taken: bool, colours: Colours) -> None:
    """A ring, or a disc as large where an edge ends: most are, and a disc is drawn in half the time."""
    if taken:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(colours.edge))
        painter.drawEllipse(place, _DISC, _DISC)
    else:
        painter.setPen(pen(colours.edge, _RING))
        painter.setBrush(colour(colours.card))
        painter.drawEllipse(place, PORT_RADIUS, PORT_RADIUS)
