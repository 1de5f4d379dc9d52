"""Lines of words on the canvas: cut to their room and laid out once, whatever the zoom."""

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

from designer.ui.canvas.items.level_of_detail import card_font

_KEPT = 4096
_NUDGE = QPointF(0.01, 0.01)
"""Letters go to whole pixels: one that stands half way between two goes to the same in a picture as on the screen."""
_WITH_WORDS = (QSvgGenerator, QPdfWriter)


@dataclass(frozen=True, eq=False)
class Letters:
    """A font with its measures."""

    font: QFont
    metrics: QFontMetricsF

    def above(self, middle: float) -> float:
        """Where the top of a line has to be for its letters to stand around a height."""
        return middle - self.metrics.height() / 2


@dataclass(frozen=True)
class LineOfWords:
    """A line of words as letters that have their places. To lay it out takes longer than to draw it."""

    text: str
    letters: Letters
    glyphs: list[QGlyphRun]

    def paint(self, painter: QPainter, place: QPointF) -> None:
        """Draws it from its top left corner; an SVG or a PDF has words, and no letters without a meaning."""
        if isinstance(painter.device(), _WITH_WORDS):
            painter.setFont(self.letters.font)
            painter.drawStaticText(place, _plain(self.text))
            return
        for glyphs in self.glyphs:
            painter.drawGlyphRun(place + _NUDGE, glyphs)


def letters_of(pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> Letters:
    """The system's font at a height in pixels of the scene. Its family is asked for, as it may change."""
    return _letters(QGuiApplication.font().family(), pixels, weight)


@lru_cache(maxsize=16)
def _letters(family: str, pixels: int, weight: QFont.Weight) -> Letters:
    font = card_font(pixels, weight)
    return Letters(font, QFontMetricsF(font))


@lru_cache(maxsize=_KEPT)
def line_of(letters: Letters, text: str, room: float) -> LineOfWords:
    """As much of a text as there is room for. Many cards say the same."""
    shown = letters.metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
    layout = QTextLayout(shown, letters.font)
    layout.beginLayout()
    layout.createLine().setPosition(QPointF())
    layout.endLayout()
    return LineOfWords(shown, letters, layout.glyphRuns())


def _plain(text: str) -> QStaticText:
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made
