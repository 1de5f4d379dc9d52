"""A drag that comes near the border of the view scrolls it, so that what is out of sight can be reached."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtWidgets import QGraphicsView

BORDER = 28
"""So near to it, in pixels, a drag scrolls."""
_EVERY_MS = 25
_STEP = 12


class EdgeScroll(QObject):
    """Scrolls while the mouse stays near the border; `again(point)` lets the drag follow."""

    def __init__(self, view: QGraphicsView, again: Callable[[QPoint], object]) -> None:
        super().__init__(view)
        self._view, self._again = view, again
        self._point = QPoint()
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._scroll)

    def at(self, point: QPoint) -> None:
        """The mouse of a drag is here, in the view's pixels."""
        self._point = point
        if self._way().isNull():
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """The drag is over."""
        self._timer.stop()

    def _way(self) -> QPoint:
        room: QRect = self._view.viewport().rect().adjusted(BORDER, BORDER, -BORDER, -BORDER)
        return QPoint(
            _past(self._point.x(), room.left(), room.right()), _past(self._point.y(), room.top(), room.bottom())
        )

    def _scroll(self) -> None:
        way = self._way() * _STEP
        across, down = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        across.setValue(across.value() + way.x())
        down.setValue(down.value() + way.y())
        self._again(self._point)


def _past(value: int, low: int, high: int) -> int:
    """Which way a number lies outside of two bounds: -1, 0 or 1."""
    return (value > high) - (value < low)
