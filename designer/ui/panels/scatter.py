"""Points of a set in a square, one unit as long upwards as to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

if TYPE_CHECKING:
    from designer.engine.protocol.arrays import Array


def places_in(room: QRectF, points: Array, margin: float) -> list[QPointF]:
    """Where points [N, 2] lie in the largest square in the middle of a room; as far from its edges as the margin."""
    import numpy as np

    if not len(points):
        return []
    known = np.nan_to_num(points.astype(np.float64))
    low, high = known.min(0), known.max(0)
    scale = (min(room.width(), room.height()) - 2 * margin) / max(float((high - low).max()), 1e-12)
    off = (known - (low + high) / 2) * scale
    return [QPointF(room.center().x() + x, room.center().y() - y) for x, y in off.tolist()]


def draw_points(painter: QPainter, room: QRectF, points: Array, radius: float, colour: str) -> None:
    """A dot for each point [N, 2]."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    for place in places_in(room, points, 2 * radius):
        painter.drawEllipse(place, radius, radius)
    painter.restore()
