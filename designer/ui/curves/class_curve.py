"""The curve of a class below the table: one of its figures after each epoch, over the mean of all classes."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from designer.ui.style.theme import Theme
from designer.ui.widgets.series import Floats

_HEIGHT = 96
_GAP = 4.0
_DOT = 2.5
_MEAN = "mean of the classes"
Curve = tuple[Floats, Floats, Floats]
"""Epochs, the figure of the class after each, and the mean of all classes: float64 [n]."""


class ClassCurve(QWidget):
    """From 0 to 1, with what each line ends at; a line of words where no class is chosen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("classCurve")
        self.setAccessibleName("Curve of a class")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._curve: Curve | None = None
        self.title = ""
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Room for the words, or for the curve."""
        return QSize(160, 2 * self.fontMetrics().height() if self._curve is None else _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """The same: the table above gives way."""
        return QSize(1, self.sizeHint().height())

    def show_curve(self, title: str, curve: Curve | None) -> None:
        """The curve of a class; words in its place where there is none."""
        self.title, self._curve = title, curve if curve and len(curve[0]) else None
        self.updateGeometry()
        self.setAccessibleDescription(self.words())
        self.setToolTip(self.words())
        self.update()

    def words(self) -> str:
        """What it says: "b · recall: 0.875 after epoch 3, mean of the classes 0.712"."""
        if self._curve is None:
            return self.title
        epochs, own, mean = self._curve
        last = "not told" if np.isnan(own[-1]) else f"{own[-1]:.3f}"
        return f"{self.title}: {last} after epoch {epochs[-1]:.0f}, mean of the classes {mean[-1]:.3f}"

    def paintEvent(self, event: QPaintEvent) -> None:
        """The title above, the two lines below it."""
        painter, colours, metrics = QPainter(self), self._theme.colours, QFontMetricsF(self.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line, flags = metrics.height(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(colours.muted if self._curve is None else colours.text))
        if self._curve is None:
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(_GAP, 0, -_GAP, 0), int(wrapped), self.title)
            return
        mean = metrics.horizontalAdvance(_MEAN)
        room = QRectF(0, 0, max(self.width() - mean - 2 * _GAP, 1), line)
        painter.drawText(room, flags, metrics.elidedText(self.title, Qt.TextElideMode.ElideRight, room.width()))
        painter.setPen(QColor(colours.muted))
        painter.drawText(QRectF(self.width() - mean - _GAP, 0, mean + _GAP, line), flags, _MEAN)
        ends = metrics.horizontalAdvance("0.888")
        left = metrics.horizontalAdvance("0") + _GAP
        frame = QRectF(left, line + _GAP, max(self.width() - left - ends - 2 * _GAP, 1), _HEIGHT - 2 * line - 2 * _GAP)
        self._draw_frame(painter, frame)
        epochs, own, means = self._curve
        self._draw_line(painter, frame, epochs, means, colours.muted)
        self._draw_line(painter, frame, epochs, own, colours.accent)
        self._draw_ends(painter, frame, (own[-1], colours.accent), (means[-1], colours.muted))

    def _draw_frame(self, painter: QPainter, frame: QRectF) -> None:
        """The lines at 0, a half and 1, and the epochs below."""
        colours, metrics = self._theme.colours, QFontMetricsF(self.font())
        painter.setPen(QPen(QColor(colours.border), 1))
        for share in (0.0, 0.5, 1.0):
            y = frame.bottom() - share * frame.height()
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
        painter.setPen(QColor(colours.muted))
        line, right = metrics.height(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for share in (0, 1):
            y = frame.bottom() - share * frame.height()
            painter.drawText(QRectF(0, y - line / 2, frame.left() - _GAP, line), right, str(share))
        assert self._curve is not None
        epochs, below = self._curve[0], QRectF(frame.left(), frame.bottom() + 2, frame.width(), line)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"epoch {epochs[0]:.0f}")
        if len(epochs) > 1:
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"{epochs[-1]:.0f}")

    def _draw_line(self, painter: QPainter, frame: QRectF, epochs: Floats, values: Floats, hue: str) -> None:
        span = max(epochs[-1] - epochs[0], 1.0)
        known = np.isfinite(values)
        x = frame.left() + (epochs[known] - epochs[0]) / span * frame.width()
        y = frame.bottom() - values[known] * frame.height()
        points = [QPointF(*place) for place in zip(x.tolist(), y.tolist(), strict=True)]
        painter.setPen(QPen(QColor(hue), 1.6))
        painter.drawPolyline(QPolygonF(points))
        painter.setBrush(QColor(hue))
        if points:
            painter.drawEllipse(points[-1], _DOT, _DOT)

    def _draw_ends(self, painter: QPainter, frame: QRectF, *ends: tuple[float, str]) -> None:
        """What each ends at, beside it; they give way to one another."""
        line, free = QFontMetricsF(self.font()).height(), -1e9
        for value, hue in sorted((end for end in ends if end[0] == end[0]), key=lambda end: -end[0]):
            y = max(frame.bottom() - value * frame.height(), free)
            painter.setPen(QColor(hue))
            room = QRectF(frame.right() + 2 * _GAP, y - line / 2, self.width(), line)
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"{value:.3f}")
            free = y + line
