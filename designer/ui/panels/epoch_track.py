"""The track of the time slider: a stop for each epoch that is kept, below its place in the plots, and one for now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSlider

NOW = 18.0
"""Pixels from the end of the axis to the stop that is now."""
_HANDLE, _RING, _STOP = 5.5, 7.5, 2.5
"""Radii: of the handle, of the ring around it for the keyboard, of a stop."""
_APART = 4.0
"""Pixels between two stops that are drawn."""


@dataclass(frozen=True)
class TrackAxis:
    """Where the axis lies, in pixels of the track, and where each epoch does, in sight or not."""

    left: float
    right: float
    place: Callable[[int], float]

    def has(self, x: float) -> bool:
        """Whether a place is in sight."""
        return self.left - 1 <= x <= self.right + 1


class EpochTrack(QSlider):
    """Its values are epochs, the highest one is now. The mouse takes the nearest stop in sight, keys take any epoch.

    `axis` is asked whenever it is drawn or pressed. `menu_wanted(global place)` asks for what can be done here.
    """

    menu_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._stops: Sequence[int] = ()
        self.axis: Callable[[], TrackAxis] = self._even

    def show_stops(self, epochs: Sequence[int]) -> None:
        """The epochs that are kept, the earliest first."""
        self._stops = tuple(epochs)
        self.update()

    def _even(self) -> TrackAxis:
        """Without an axis above it, epochs are evenly apart."""
        left, right = _RING, max(self.width() - NOW - 2 * _RING, _RING + 1)
        first, last = self.minimum(), max(self.maximum() - 1, self.minimum() + 1)
        return TrackAxis(left, right, lambda epoch: left + (epoch - first) / (last - first) * (right - left))

    def place_of(self, value: int) -> float:
        """Where a value stands, in pixels."""
        axis = self.axis()
        return axis.right + NOW if value == self.maximum() else axis.place(value)

    def value_at(self, x: float) -> int:
        """The stop that is nearest to a pixel, of those in sight."""
        axis = self.axis()
        seen = {epoch: place for epoch in self._stops if axis.has(place := axis.place(epoch))}
        seen[self.maximum()] = axis.right + NOW
        return min(seen, key=lambda value: abs(seen[value] - x))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The handle comes to where it is pressed."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.setValue(self.value_at(event.position().x()))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """And follows."""
        if self.isSliderDown():
            self.setValue(self.value_at(event.position().x()))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draws the axis, its stops, and the handle; an arrow at that end beyond which it stands."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        axis, middle, palette = self.axis(), self.height() / 2, self.palette()
        now = axis.right + NOW
        line, dot = palette.color(QPalette.ColorRole.Mid), palette.color(QPalette.ColorRole.PlaceholderText)
        painter.setPen(QPen(line, 2))
        painter.drawLine(QPointF(axis.left, middle), QPointF(axis.right, middle))
        painter.setPen(QPen(line, 2, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(axis.right, middle), QPointF(now, middle))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(dot)
        before = -_APART
        for x in (place for epoch in self._stops if axis.has(place := axis.place(epoch))):
            if x - before >= _APART:
                painter.drawEllipse(QPointF(x, middle), _STOP, _STOP)
                before = x
        painter.setPen(QPen(dot, 1.5))
        painter.setBrush(palette.color(QPalette.ColorRole.Window))
        painter.drawEllipse(QPointF(now, middle), _STOP + 1, _STOP + 1)
        self._draw_handle(painter, axis)

    def _draw_handle(self, painter: QPainter, axis: TrackAxis) -> None:
        x, middle = self.place_of(self.value()), self.height() / 2
        accent = self.palette().color(QPalette.ColorRole.Accent)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        beyond = -1 if x < axis.left - 1 else int(axis.right + 1 < x != axis.right + NOW)
        if beyond:
            end = axis.left if beyond < 0 else axis.right
            tip, back = end + beyond * _HANDLE, end - beyond * _HANDLE / 2
            painter.drawPolygon(
                QPolygonF([QPointF(tip, middle), QPointF(back, middle - _HANDLE), QPointF(back, middle + _HANDLE)])
            )
            x = end
        else:
            painter.drawEllipse(QPointF(x, middle), _HANDLE, _HANDLE)
        if self.hasFocus():
            painter.setPen(QPen(accent, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(x - _RING, middle - _RING, 2 * _RING, 2 * _RING))
