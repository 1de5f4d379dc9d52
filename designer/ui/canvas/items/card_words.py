"""The words on a card: cut to their room and laid out once, as long as they stay the same, whatever the zoom."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QGlyphRun,
    QGuiApplication,
    QPainter,
    QPdfWriter,
    QStaticText,
    QTextLayout,
)
from PySide6.QtSvg import QSvgGenerator

from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.ui.canvas.items.brushes import colour
from designer.ui.canvas.items.level_of_detail import FONT_PIXELS, LARGE_PIXELS, SMALL_PIXELS, card_font

TOP, BOTTOM = 15.0, 33.0
"""Middles of the two lines, from the top of the card."""
_KEPT = 4096
_WITH_WORDS = (QSvgGenerator, QPdfWriter)


@dataclass(frozen=True, eq=False)
class _Letters:
    """A font with its measures."""

    font: QFont
    metrics: QFontMetricsF

    def above(self, middle: float) -> float:
        """Where the top of a line has to be for its letters to stand around a height."""
        return middle - self.metrics.height() / 2


@dataclass(frozen=True)
class _Line:
    """A line of words as letters that have their places. To lay it out takes longer than to draw it."""

    text: str
    letters: _Letters
    glyphs: list[QGlyphRun]

    def paint(self, painter: QPainter, place: QPointF) -> None:
        """Draws it from its top left corner; an SVG or a PDF has words, and no letters without a meaning."""
        if isinstance(painter.device(), _WITH_WORDS):
            painter.setFont(self.letters.font)
            painter.drawStaticText(place, _plain(self.text))
            return
        for glyphs in self.glyphs:
            painter.drawGlyphRun(place, glyphs)


@lru_cache(maxsize=16)
def _letters(family: str, pixels: int, weight: QFont.Weight) -> _Letters:
    """The system's font. Its family is asked for, as it may change."""
    font = card_font(pixels, weight)
    return _Letters(font, QFontMetricsF(font))


def _name_letters(pixels: int = FONT_PIXELS) -> _Letters:
    return _letters(QGuiApplication.font().family(), pixels, QFont.Weight.DemiBold)


def _small_letters() -> _Letters:
    return _letters(QGuiApplication.font().family(), SMALL_PIXELS, QFont.Weight.Normal)


@lru_cache(maxsize=_KEPT)
def _line(letters: _Letters, text: str, room: float) -> _Line:
    """As much of a text as there is room for. Many cards say the same."""
    shown = letters.metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
    layout = QTextLayout(shown, letters.font)
    layout.beginLayout()
    layout.createLine().setPosition(QPointF())
    layout.endLayout()
    return _Line(shown, letters, layout.glyphRuns())


def _plain(text: str) -> QStaticText:
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


class CardWords:
    """A name and a shape above, the kind and its parameters below, between two edges."""

    def __init__(self, name: str, shape: str, below: str, left: float, right: float, right_below: float) -> None:
        bold, plain = _name_letters(), _small_letters()
        wide, gap = plain.metrics.horizontalAdvance(shape), 10.0
        self._name = _line(bold, name, right - left - wide - gap)
        self._shape = _line(plain, shape, CARD_WIDTH)
        self._below = _line(plain, below, right_below - left)
        self._name_place = QPointF(left, bold.above(TOP))
        self._shape_place = QPointF(right - wide, plain.above(TOP))
        self._below_place = QPointF(left, plain.above(BOTTOM))

    def paint(self, painter: QPainter, text: str, muted: str, shape: str) -> None:
        """Draws them, in the colours of the name, the line below and the shape."""
        painter.setPen(colour(text))
        self._name.paint(painter, self._name_place)
        painter.setPen(colour(shape))
        self._shape.paint(painter, self._shape_place)
        painter.setPen(colour(muted))
        self._below.paint(painter, self._below_place)


class LargeName:
    """A block's name alone, as high as can be read from some way off."""

    def __init__(self, name: str, left: float, room: float) -> None:
        letters = _name_letters(LARGE_PIXELS)
        self._name = _line(letters, name, room)
        self._place = QPointF(left, letters.above(CARD_HEIGHT / 2))

    def paint(self, painter: QPainter, corner: QPointF) -> None:
        """Draws it on a card with this corner, in the painter's colour."""
        self._name.paint(painter, corner + self._place)
