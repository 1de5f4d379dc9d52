"""Sprites: what looks alike on many items, drawn once for a zoom and laid onto whole pixels of the screen.

A picture costs a tenth of the lines and arcs that it shows. As it lies on whole pixels, it is as sharp as they are, on
screens of any density.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from math import ceil, floor

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

_MOST_BYTES = 64 << 20
"""Of all pictures; with more, they are drawn anew."""
_BYTES_A_PIXEL = 4
_MOST_SEEN = 4096
_HALF = 0.499
"""A little less, as halves are not computed exactly."""


class Sprites:
    """The pictures that are kept, by look and by pixels of the screen for one of the scene."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: dict[tuple[Hashable, float], tuple[QPoint, QPixmap]] = {}
        self._seen: set[tuple[Hashable, float]] = set()
        self.bytes_kept = 0
        """What the pictures take up."""

    def __len__(self) -> int:
        return len(self._kept)

    def forget(self) -> None:
        """None of them is to be seen again."""
        self._kept.clear()
        self._seen.clear()
        self.bytes_kept = 0

    def draw(self, painter: QPainter, look: Hashable, bounds: QRectF, paint: Callable[[QPainter], None]) -> None:
        """Draws what `paint` does within `bounds`, and what has the same look always does.

        It is moved by less than a pixel, onto whole ones. A look is drawn directly when it is met first: while one
        zooms, most pictures would be for one frame.
        """
        device = painter.deviceTransform()
        scale = device.m11()
        if device.isRotating() or scale != device.m22() or scale <= 0:
            paint(painter)
            return
        world = painter.worldTransform()
        dense = scale / world.m11()
        x = world.dx() + (_whole(device.dx()) - device.dx()) / dense
        y = world.dy() + (_whole(device.dy()) - device.dy()) / dense
        sprite = self._sprite(painter, (look, scale), bounds, paint)
        if sprite is None:
            painter.setWorldTransform(QTransform(world.m11(), 0, 0, world.m22(), x, y))
            paint(painter)
        else:
            painter.setWorldTransform(QTransform(1 / dense, 0, 0, 1 / dense, x, y))
            painter.drawPixmap(*sprite)
        painter.setWorldTransform(world)

    def _sprite(
        self, painter: QPainter, key: tuple[Hashable, float], bounds: QRectF, paint: Callable[[QPainter], None]
    ) -> tuple[QPoint, QPixmap] | None:
        """The picture, and where it lies; None where the look is a new one."""
        found = self._kept.get(key)
        if found is None and key in self._seen:
            found = _drawn(painter.renderHints(), bounds, key[1], paint)
            size = found[1].width() * found[1].height() * _BYTES_A_PIXEL
            if self.bytes_kept + size > self._most_bytes:
                self.forget()
            self.bytes_kept += size
            self._kept[key] = found
        elif found is None:
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            self._seen.add(key)
        return found


def _whole(place: float) -> int:
    """The nearest whole pixel; half way to the right one always, so that what is scrolled does not tremble."""
    return ceil(place - _HALF)


def _drawn(
    hints: QPainter.RenderHint, bounds: QRectF, scale: float, paint: Callable[[QPainter], None]
) -> tuple[QPoint, QPixmap]:
    """A picture at a scale, with where its corner lies, in pixels from the origin of `bounds`."""
    left, top = floor(bounds.left() * scale), floor(bounds.top() * scale)
    picture = QPixmap(ceil(bounds.right() * scale) - left, ceil(bounds.bottom() * scale) - top)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHints(hints)
    painter.setWorldTransform(QTransform(scale, 0, 0, scale, -left, -top))
    paint(painter)
    painter.end()
    return QPoint(left, top), picture
