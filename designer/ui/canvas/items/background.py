"""What lies under the network: the canvas's colour, and dots on a grid."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from designer.ui.canvas.items.brushes import colour
from designer.ui.style.theme import Colours

_GRID = 24
_DOT = 1.5
_FAR = 0.5
_MANY = 16
"""Dots are made by so many: while one zooms, each frame has room for another few."""


def paint_background(painter: QPainter, rect: QRectF | QRect, zoom: float, colours: Colours) -> None:
    """Paints a part of the scene; without dots where they would be too close."""
    painter.fillRect(rect, colour(colours.canvas))
    if zoom < _FAR:
        return
    left, top = floor(rect.left() / _GRID) * _GRID, floor(rect.top() / _GRID) * _GRID
    across, down = ceil((rect.right() - left) / _GRID) + 1, ceil((rect.bottom() - top) / _GRID) + 1
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(colours.grid))
    painter.translate(left, top)
    painter.drawRects(_dots(ceil(across / _MANY) * _MANY, ceil(down / _MANY) * _MANY))
    painter.translate(-left, -top)


@lru_cache(maxsize=64)
def _dots(across: int, down: int) -> list[QRectF]:
    """The dots of a grid: squares, which look the same and are much faster than round points."""
    corner = -_DOT / 2
    return [QRectF(x * _GRID + corner, y * _GRID + corner, _DOT, _DOT) for x in range(across) for y in range(down)]
