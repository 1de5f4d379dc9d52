"""Samples in a small square, for a list of data: pictures, points, a curve, or the first words."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from designer.data.preview import Curves, Part, PicturesPreview, PointSets, TablePreview, Texts
from designer.ui.panels.data_grids import image_of
from designer.ui.panels.data_views import HUES
from designer.ui.panels.scatter import draw_points
from designer.ui.style.theme import Theme


def thumbnail(part: Part, size: int, theme: Theme) -> QPixmap:
    """Samples in a small square: pictures, points, a curve, or the first words."""
    scale = 2
    made = QPixmap(size * scale, size * scale)
    made.fill(QColor(theme.colours.base))
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    room = QRectF(0, 0, size * scale, size * scale)
    if isinstance(part, PicturesPreview):
        _draw_four(painter, room, part)
    elif isinstance(part, PointSets):
        draw_points(painter, room, part.sets[0], scale, theme.colours.accent)
    elif isinstance(part, Curves):
        _draw_curve(painter, room, part)
    else:
        first = part.texts[0] if isinstance(part, Texts) and part.texts else ""
        words = first or "  ".join(part.rows[0] if isinstance(part, TablePreview) and part.rows else ())
        font = painter.font()
        font.setPixelSize(size * scale // 4)
        painter.setFont(font)
        painter.setPen(QColor(theme.colours.muted))
        painter.drawText(room.adjusted(3, 2, -2, 0), int(Qt.TextFlag.TextWrapAnywhere), words)
    painter.end()
    made.setDevicePixelRatio(scale)
    return made


def _draw_four(painter: QPainter, room: QRectF, part: PicturesPreview) -> None:
    """Four pictures; one where it is much wider than high."""
    wide = part.images[0].shape[1] > 2 * part.images[0].shape[0]
    half = (
        QSize(int(room.width()), int(room.height())) if wide else QSize(int(room.width() / 2), int(room.height() / 2))
    )
    for place, pixels in enumerate(part.images[: 1 if wide else 4]):
        image = image_of(pixels)
        size = image.size().scaled(half, Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (place % 2) * half.width(), (place // 2) * half.height() + (half.height() - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width() - 1, size.height() - 1), image)


def _draw_curve(painter: QPainter, room: QRectF, part: Curves) -> None:
    values = np.nan_to_num(part.curves[0][:, :3])
    low, high = float(values.min()), float(values.max())
    across = room.width() / max(len(values) - 1, 1)
    for number in range(values.shape[1]):
        shares = (values[:, number] - low) / ((high - low) or 1.0)
        painter.setPen(QPen(QColor(HUES[number]), 2))
        points = [
            QPointF(step * across, room.bottom() - 6 - share * (room.height() - 12))
            for step, share in enumerate(shares.tolist())
        ]
        painter.drawPolyline(QPolygonF(points))
