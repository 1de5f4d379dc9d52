"""Icons from `resources/icons`, drawn in the theme's colours."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPdfWriter, QPixmap
from PySide6.QtSvg import QSvgGenerator, QSvgRenderer

from designer.core.storage.resources import resource


@lru_cache(maxsize=64)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    text = resource("icons", f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    return QSvgRenderer(QByteArray(text.encode()))


@lru_cache(maxsize=256)
def pixmap(name: str, colour: str, size: int = 20, scale: float = 2.0) -> QPixmap:
    """An icon as a picture of `size` pixels, sharp on screens with twice the density."""
    picture = QPixmap(round(size * scale), round(size * scale))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    _renderer(name, colour).render(painter, QRectF(0, 0, size * scale, size * scale))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


def draw(painter: QPainter, place: QRectF, name: str, colour: str) -> None:
    """An icon at a place: as lines in an SVG or a PDF, else as a picture that is sharp at the painter's scale."""
    if isinstance(painter.device(), QSvgGenerator | QPdfWriter):
        _renderer(name, colour).render(painter, place)
        return
    scale = _density(painter.deviceTransform().m11())
    painter.drawPixmap(place.topLeft(), pixmap(name, colour, round(place.width()), scale))


def _density(pixels: float) -> float:
    """How sharp a picture has to be where so many pixels of the screen stand for one of its own: 2, 4 or 8 times."""
    return 2.0 if pixels <= 2 else 4.0 if pixels <= 4 else 8.0


def icon(name: str, colour: str, faded: str) -> QIcon:
    """An icon with its disabled look."""
    found = QIcon(pixmap(name, colour))
    found.addPixmap(pixmap(name, faded), QIcon.Mode.Disabled)
    return found
