"""How much is drawn at which zoom, and what 100 % means.

Cards have one size on the scene, and words on them one size, whatever the system's font is. The system's font size
comes in by the view: at its 100 % a card's words are as high as the system's own, so that a person who has set large
letters sees large cards.
"""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontInfo, QGuiApplication, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem

FAR = 0.35
"""Closer than this, cards are drawn one by one. Farther away, nobody reads them: the whole is bars and lines."""
NEAR = 0.65
"""From here on, small words beside cards and lines can be read."""
FONT_PIXELS = 12
"""Height of the font of a card's name, in pixels of the scene."""
SMALL_PIXELS = 11
"""Height of the font of everything else on a card."""
LARGE_PIXELS = 22
"""Height of the font of a card's name between FAR and NEAR, where it stands alone."""
_LEAST, _MOST = 0.75, 4.0


def zoom_of(painter: QPainter) -> float:
    """Pixels of the screen, before its own density, for one of the scene."""
    return QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())


def natural_zoom() -> float:
    """The zoom that is 100 %: at which words on cards are as high as the system's. 1 for one of 12 pixels."""
    ratio = QFontInfo(QGuiApplication.font()).pixelSize() / FONT_PIXELS
    return min(max(ratio, _LEAST), _MOST)


def card_font(pixels: int = FONT_PIXELS, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The system's font at a height in pixels of the scene."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(pixels)
    font.setWeight(weight)
    # Pictures of words have grey edges, as they know nothing of what they will lie on: so have all, to look alike.
    font.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
    return font
