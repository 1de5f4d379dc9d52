"""What lies under the network: the canvas's colour, and dots on a grid."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from designer.ui.canvas.items.brushes import colour
from designer.ui.style.theme import Colours

_GRID = 24
_DOT = 1.5
_FAR = 0.5
_MANY = 16
"""Columns of dots are drawn by so many: while one scrolls, a row serves for many frames."""


def paint_background(painter: QPainter, rect: QRectF | QRect, zoom: float, colours: Colours) -> None:
    """Paints a part of the scene; without dots where they would be too close."""
    painter.fillRect(rect, colour(colours.canvas))
    if zoom < _FAR:
        return
    world, device = painter.worldTransform(), painter.deviceTransform()
    scale, dense = device.m11(), device.m11() / world.m11()
    first = floor(rect.left() / _GRID / _MANY) * _MANY
    count = ceil((rect.right() / _GRID - first) / _MANY) * _MANY + 1
    start = round(device.dx() % 1, 3)
    row = _row(scale, start, first, count, colours.grid)
    left, reach = floor(device.dx()) + _pixel(start, first, scale), _reach(scale)
    painter.setWorldTransform(
        QTransform(1 / dense, 0, 0, 1 / dense, world.dx() - device.dx() / dense, world.dy() - device.dy() / dense)
    )
    for line in range(floor(rect.top() / _GRID), ceil(rect.bottom() / _GRID) + 1):
        painter.drawPixmap(left - reach, _pixel(device.dy(), line, scale) - reach, row)
    painter.setWorldTransform(world)


def _pixel(start: float, number: int, scale: float) -> int:
    """The pixel of the screen that a line of the grid is on, of those that begin at `start`."""
    return floor(round(start + number * _GRID * scale, 3) + 0.5)


def _reach(scale: float) -> int:
    """Pixels from the middle of a dot to its rim."""
    return ceil(_DOT / 2 * scale)


@lru_cache(maxsize=16)
def _row(scale: float, start: float, first: int, count: int, grid: str) -> QPixmap:
    """A row of dots on whole pixels: squares, which look the same as round points where they are so small."""
    reach, side, left = _reach(scale), _DOT * scale, _pixel(start, first, scale)
    places = [_pixel(start, first + number, scale) - left + reach for number in range(count)]
    picture = QPixmap(places[-1] + reach, 2 * reach)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(grid))
    painter.drawRects([QRectF(place - side / 2, reach - side / 2, side, side) for place in places])
    painter.end()
    return picture
