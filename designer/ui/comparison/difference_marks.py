"""The marks of what differs: + − ±, each with its colour and its words."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from designer.core.diff.design_diff import Mark
from designer.ui.style.theme import Colours

_RADIUS = 9.0
_ARM = 4.2
_WIDTH = 2.0
_ICON = 20
_SCALE = 2.0


def colour_of(mark: Mark, colours: Colours) -> str:
    """Green, red or amber; the sign says the same without colour."""
    return {"added": colours.good, "removed": colours.error, "changed": colours.found}[mark]


def paint_badge(painter: QPainter, middle: QPointF, mark: Mark, colours: Colours) -> None:
    """A disc with the sign in it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colours.card), 1.5))
    painter.setBrush(QColor(colour_of(mark, colours)))
    painter.drawEllipse(middle, _RADIUS, _RADIUS)
    pen = QPen(QColor(colours.card), _WIDTH)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    bar = {"added": 0.0, "removed": 0.0, "changed": _ARM}[mark]
    painter.drawLine(middle + QPointF(-_ARM, bar), middle + QPointF(_ARM, bar))
    if mark == "added":
        painter.drawLine(middle + QPointF(0, -_ARM), middle + QPointF(0, _ARM))
    elif mark == "changed":
        painter.drawLine(middle + QPointF(-_ARM, -1.2), middle + QPointF(_ARM, -1.2))
        painter.drawLine(middle + QPointF(0, -_ARM - 1.2), middle + QPointF(0, _ARM - 2.6))
    painter.restore()


@lru_cache(maxsize=16)
def icon_of(mark: Mark, colours: Colours) -> QIcon:
    """The badge for a list, which may have a thousand of them."""
    picture = QPixmap(round(_ICON * _SCALE), round(_ICON * _SCALE))
    picture.setDevicePixelRatio(_SCALE)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    paint_badge(painter, QRectF(0, 0, _ICON, _ICON).center(), mark, colours)
    painter.end()
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)  # Qt would tint it in a selected row
    return icon
