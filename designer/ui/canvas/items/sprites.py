"""Sprites: what looks alike on many items, drawn once for a zoom and laid onto whole pixels of the screen.

A picture costs a tenth of the lines and arcs that it shows. As it lies on whole pixels, it is as sharp as they are, on
screens of any density.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from math import ceil, floor
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

_MOST_BYTES = 64 << 20
"""Of all pictures; with more, they are drawn anew."""
_BYTES_A_PIXEL = 4
_MOST_SEEN = 4096
_HALF = 0.499
"""A little less, as halves are not computed exactly. Half way between two pixels it is the right one always, so that
what is scrolled does not tremble."""
Paint = Callable[[QPainter], None]
_Kept = tuple[int, int, QPixmap]
"""A picture with its left and top, in pixels from the origin of its bounds."""


class Sprite(NamedTuple):
    """What `paint` draws within `bounds` of a place; what has the same look is drawn alike."""

    look: Hashable
    x: float
    y: float
    bounds: QRectF
    paint: Paint


class Sprites:
    """The pictures that are kept, by look and by pixels of the screen for one of the scene."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: dict[tuple[Hashable, float], _Kept] = {}
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

    def draw(self, painter: QPainter, look: Hashable, bounds: QRectF, paint: Paint) -> None:
        """Draws what `paint` does within `bounds`, and what has the same look always does.

        It is moved by less than a pixel, onto whole ones. A look is drawn directly when it is met first: while one
        zooms, most pictures would be for one frame.
        """
        self.draw_all(painter, (Sprite(look, 0.0, 0.0, bounds, paint),))

    def draw_all(self, painter: QPainter, sprites: Iterable[Sprite]) -> None:
        """Draws many, each at its place; those that are drawn directly lie over the others."""
        world, pixels = painter.worldTransform(), Pixels.of(painter)
        if pixels is None:
            for sprite in sprites:
                _paint_at(painter, world, sprite, sprite.x, sprite.y)
            return
        anew: list[tuple[Sprite, int, int]] = []
        hints, scale, dx, dy = painter.renderHints(), pixels.scale, pixels.dx, pixels.dy
        painter.setWorldTransform(pixels.transform)
        for sprite in sprites:
            x, y = ceil(sprite.x * scale + dx - _HALF), ceil(sprite.y * scale + dy - _HALF)
            kept = self._kept.get((sprite.look, scale)) or self._made(hints, sprite, scale)
            if kept is None:
                anew.append((sprite, x, y))
            else:
                left, top, picture = kept
                painter.drawPixmap(x + left, y + top, picture)
        for sprite, x, y in anew:
            _paint_at(painter, world, sprite, (x - dx) / scale, (y - dy) / scale)
        painter.setWorldTransform(world)

    def _made(self, hints: QPainter.RenderHint, sprite: Sprite, scale: float) -> _Kept | None:
        """The picture, and where it lies; None where the look is a new one."""
        key = sprite.look, scale
        if key not in self._seen:
            if len(self._seen) >= _MOST_SEEN:
                self._seen.clear()
            self._seen.add(key)
            return None
        made = _drawn(hints, sprite.bounds, scale, sprite.paint)
        size = made[2].width() * made[2].height() * _BYTES_A_PIXEL
        if self.bytes_kept + size > self._most_bytes:
            self.forget()
        self.bytes_kept += size
        self._kept[key] = made
        return made


class Pixels(NamedTuple):
    """The pixels of what is painted on: (0, 0) of the painter's world is at `dx`, `dy`.

    `scale` are pixels for one of the world's units; `transform` is the world in which a unit is a pixel.
    """

    scale: float
    dx: float
    dy: float
    transform: QTransform

    @classmethod
    def of(cls, painter: QPainter) -> Pixels | None:
        """None where the world is turned, or wider than high."""
        device, world = painter.deviceTransform(), painter.worldTransform()
        scale = device.m11()
        if device.isRotating() or scale != device.m22() or scale <= 0:
            return None
        dense, dx, dy = scale / world.m11(), device.dx(), device.dy()
        return cls(
            scale, dx, dy, QTransform(1 / dense, 0, 0, 1 / dense, world.dx() - dx / dense, world.dy() - dy / dense)
        )


def _paint_at(painter: QPainter, world: QTransform, sprite: Sprite, x: float, y: float) -> None:
    painter.setWorldTransform(QTransform.fromTranslate(x, y) * world)
    sprite.paint(painter)
    painter.setWorldTransform(world)


def _drawn(hints: QPainter.RenderHint, bounds: QRectF, scale: float, paint: Paint) -> _Kept:
    """A picture at a scale, with where its corner lies, in pixels from the origin of `bounds`."""
    left, top = floor(bounds.left() * scale), floor(bounds.top() * scale)
    picture = QPixmap(ceil(bounds.right() * scale) - left, ceil(bounds.bottom() * scale) - top)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHints(hints)
    painter.setWorldTransform(QTransform(scale, 0, 0, scale, -left, -top))
    paint(painter)
    painter.end()
    return left, top, picture
