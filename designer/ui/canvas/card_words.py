"""The words on a card: cut to their room and laid out once, as long as they stay the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication, QPainter, QStaticText

from designer.ui.canvas.brushes import colour
from designer.ui.canvas.detail import FONT_PIXELS, SMALL_PIXELS, card_font

TOP, BOTTOM = 15.0, 33.0
"""Middles of the two lines, from the top of the card."""


@dataclass(frozen=True)
class _Letters:
    """A font with its measures."""

    font: QFont
    metrics: QFontMetricsF

    def cut(self, text: str, room: float) -> str:
        """As much of a text as there is room for."""
        return self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)

    def laid_out(self, text: str) -> QStaticText:
        """A text that is quick to draw again and again."""
        made = QStaticText(text)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.prepare(font=self.font)
        return made

    def above(self, middle: float) -> float:
        """Where the top of a line has to be for its letters to stand around a height."""
        return middle - self.metrics.height() / 2


@lru_cache(maxsize=8)
def _letters(family: str) -> tuple[_Letters, _Letters]:
    """For a block's name, and for the rest, of the system's font; its family is asked for, as it may change."""
    bold, plain = card_font(FONT_PIXELS, QFont.Weight.DemiBold), card_font(SMALL_PIXELS)
    return _Letters(bold, QFontMetricsF(bold)), _Letters(plain, QFontMetricsF(plain))


class CardWords:
    """A name and a shape above, the kind and its parameters below, between two edges."""

    def __init__(self, name: str, shape: str, below: str, left: float, right: float, right_below: float) -> None:
        bold, plain = _letters(QGuiApplication.font().family())
        self._bold, self._plain = bold.font, plain.font
        wide, gap = plain.metrics.horizontalAdvance(shape), 10.0
        self._name = bold.laid_out(bold.cut(name, right - left - wide - gap))
        self._shape, self._below = plain.laid_out(shape), plain.laid_out(plain.cut(below, right_below - left))
        self._name_place = QPointF(left, bold.above(TOP))
        self._shape_place = QPointF(right - wide, plain.above(TOP))
        self._below_place = QPointF(left, plain.above(BOTTOM))

    def paint(self, painter: QPainter, text: str, muted: str, shape: str) -> None:
        """Draws them, in the colours of the name, the line below and the shape."""
        painter.setPen(colour(text))
        painter.setFont(self._bold)
        painter.drawStaticText(self._name_place, self._name)
        painter.setFont(self._plain)
        painter.setPen(colour(shape))
        painter.drawStaticText(self._shape_place, self._shape)
        painter.setPen(colour(muted))
        painter.drawStaticText(self._below_place, self._below)
