"""The words on a card, laid out once, as long as they stay the same."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPainter

from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.ui.canvas.items.brushes import colour
from designer.ui.canvas.items.level_of_detail import FONT_PIXELS, LARGE_PIXELS, SMALL_PIXELS
from designer.ui.canvas.items.lines_of_words import letters_of, line_of

TOP, BOTTOM = 15.0, 33.0
"""Middles of the two lines, from the top of the card."""
_BOLD = QFont.Weight.DemiBold


class CardWords:
    """A name and a shape above, the kind and its parameters below, between two edges."""

    def __init__(self, name: str, shape: str, below: str, left: float, right: float, right_below: float) -> None:
        bold, plain = letters_of(FONT_PIXELS, _BOLD), letters_of(SMALL_PIXELS)
        wide, gap = plain.metrics.horizontalAdvance(shape), 10.0
        self._name = line_of(bold, name, right - left - wide - gap)
        self._shape = line_of(plain, shape, CARD_WIDTH)
        self._below = line_of(plain, below, right_below - left)
        self._name_place = QPointF(left, bold.above(TOP))
        self._shape_place = QPointF(right - wide, plain.above(TOP))
        self._below_place = QPointF(left, plain.above(BOTTOM))

        self.shared = self._shape.text, self._below.text
        """What many cards say alike; each has a name of its own."""

    def paint_name(self, painter: QPainter, corner: QPointF) -> None:
        """Draws the name on a card with this corner, in the painter's colour."""
        self._name.paint(painter, corner + self._name_place)

    def paint_shared(self, painter: QPainter, muted: str, shape: str) -> None:
        """Draws the rest, in the colours of the line below and of the shape."""
        painter.setPen(colour(shape))
        self._shape.paint(painter, self._shape_place)
        painter.setPen(colour(muted))
        self._below.paint(painter, self._below_place)


class LargeName:
    """A block's name alone, as high as can be read from some way off."""

    def __init__(self, name: str, left: float, room: float) -> None:
        letters = letters_of(LARGE_PIXELS, _BOLD)
        self._name = line_of(letters, name, room)
        self._place = QPointF(left, letters.above(CARD_HEIGHT / 2))

    def paint(self, painter: QPainter, corner: QPointF) -> None:
        """Draws it on a card with this corner, in the painter's colour."""
        self._name.paint(painter, corner + self._place)
