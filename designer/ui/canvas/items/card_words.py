"""The words on a card: cut to their room and laid out once, as long as they stay the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QGuiApplication, QPainter, QStaticText

from designer.core.layout.placement import CARD_HEIGHT
from designer.ui.canvas.items.brushes import colour
from designer.ui.canvas.items.level_of_detail import FONT_PIXELS, LARGE_PIXELS, SMALL_PIXELS, card_font

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
        return made

    def above(self, middle: float) -> float:
        """Where the top of a line has to be for its letters to stand around a height."""
        return middle - self.metrics.height() / 2


@lru_cache(maxsize=16)
def _letters(family: str, pixels: int, weight: QFont.Weight) -> _Letters:
    """The system's font. Its family is asked for, as it may change."""
    font = card_font(pixels, weight)
    return _Letters(font, QFontMetricsF(font))


def _name_letters(pixels: int = FONT_PIXELS) -> _Letters:
    return _letters(QGuiApplication.font().family(), pixels, QFont.Weight.DemiBold)


def _small_letters() -> _Letters:
    return _letters(QGuiApplication.font().family(), SMALL_PIXELS, QFont.Weight.Normal)


class CardWords:
    """A name and a shape above, the kind and its parameters below, between two edges."""

    def __init__(self, name: str, shape: str, below: str, left: float, right: float, right_below: float) -> None:
        bold, plain = _name_letters(), _small_letters()
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


class LargeName:
    """A block's name alone, as high as can be read from some way off."""

    def __init__(self, name: str, left: float, room: float) -> None:
        letters = _name_letters(LARGE_PIXELS)
        self._font, self._name = letters.font, letters.laid_out(letters.cut(name, room))
        self._place = QPointF(left, letters.above(CARD_HEIGHT / 2))

    def paint(self, painter: QPainter, text: str) -> None:
        """Draws it in a colour."""
        painter.setPen(colour(text))
        painter.setFont(self._font)
        painter.drawStaticText(self._place, self._name)
