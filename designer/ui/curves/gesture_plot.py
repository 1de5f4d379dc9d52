"""A plot that is pointed at, zoomed and walked along, by mouse and keys alike. Brings in the library of plots."""

from __future__ import annotations

from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from designer.ui.widgets.plot_axes import LogAxis, PlotAxis, RunAxis

_STEPS_ACROSS = 100
"""So many presses of an arrow lead from one end to the other."""
_NEAR = 6.0
_ZOOM = 2.0


@dataclass(frozen=True)
class PlotFrame:
    """Where the curves are on the screen, and what that room stands for."""

    room: QRectF
    x: tuple[float, float]
    y: tuple[float, float]

    def pixel(self, x: float, y: float) -> QPointF:
        """Where a place of the plot is on the screen."""
        across, up = (x - self.x[0]) / (self.x[1] - self.x[0]), (y - self.y[0]) / (self.y[1] - self.y[0])
        return QPointF(self.room.left() + across * self.room.width(), self.room.bottom() - up * self.room.height())

    def place(self, pixel: QPointF) -> tuple[float, float]:
        """The place of the plot at a pixel."""
        across = (pixel.x() - self.room.left()) / max(self.room.width(), 1.0)
        up = (self.room.bottom() - pixel.y()) / max(self.room.height(), 1.0)
        return self.x[0] + across * (self.x[1] - self.x[0]), self.y[0] + up * (self.y[1] - self.y[0])


class GesturePlot(pg.PlotWidget):
    """Drag to zoom, double click to see all again, point to read, click a curve; arrows, + and − and Escape do so, too.

    `pointed(x)` has the place along the axis, and None where the mouse has gone. `zoomed(low, high)` asks for a part.
    """

    pointed = Signal(object)
    zoomed = Signal(float, float)
    all_wanted = Signal()
    clicked = Signal(QPointF)
    menu_wanted = Signal(object)

    def __init__(self, bottom: PlotAxis | None = None) -> None:
        axes = {"left": LogAxis("left"), "bottom": bottom or RunAxis("bottom")}
        super().__init__(axisItems=axes, enableMenu=False)
        self.cursor_at: float | None = None
        """Where all plots show their values; along the axis."""
        self.y_zoom: tuple[float, float] | None = None
        self._plot = self.getPlotItem()
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        self._pressed: QPointF | None = None
        self._dragged: QPointF | None = None

    @property
    def frame(self) -> PlotFrame:
        """Where things are now."""
        box = self._plot.getViewBox()
        (left, right), (low, high) = box.viewRange()
        return PlotFrame(box.sceneBoundingRect(), (left, right), (low, high))

    @property
    def dragged(self) -> QRectF | None:
        """The part that is being chosen, in pixels: all of the height where the mouse moves along alone."""
        if self._pressed is None or self._dragged is None:
            return None
        room = self.frame.room
        x = sorted(min(max(point.x(), room.left()), room.right()) for point in (self._pressed, self._dragged))
        y = sorted(min(max(point.y(), room.top()), room.bottom()) for point in (self._pressed, self._dragged))
        if y[1] - y[0] < max(4 * _NEAR, room.height() / 4):
            y = [room.top(), room.bottom()]
        return QRectF(QPointF(x[0], y[0]), QPointF(x[1], y[1]))

    def words_at(self, pixel: QPointF) -> str:
        """What the tip tells at a place; nothing here."""
        return ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A drag may begin."""
        if event.button() == Qt.MouseButton.LeftButton and self.frame.room.contains(event.position()):
            self._pressed = event.position()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Reads, or chooses a part."""
        frame = self.frame
        if self._pressed is not None:
            far = (event.position() - self._pressed).manhattanLength()
            if self._dragged is not None or far >= QApplication.startDragDistance():
                self._dragged = event.position()
                self.viewport().update()
        inside = frame.room.contains(event.position())
        self.pointed.emit(frame.place(event.position())[0] if inside else None)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Zooms to the part that was chosen, or clicks."""
        part, pressed = self.dragged, self._pressed
        self._pressed = self._dragged = None
        if part is not None:
            self._zoom_to(part)
        elif pressed is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(event.position())
        self.viewport().update()
        event.accept()

    def _zoom_to(self, part: QRectF) -> None:
        frame = self.frame
        if part.width() < _NEAR:
            return
        (left, low), (right, high) = frame.place(part.bottomLeft()), frame.place(part.topRight())
        if part.height() < frame.room.height() - 1:
            self.y_zoom = low, high
        self.zoomed.emit(left, right)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """All of it again."""
        self.all_wanted.emit()
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        self.pointed.emit(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Left to what the panel lies in: a curve does not change by the wheel."""
        event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What there is to do."""
        self.menu_wanted.emit(event.globalPos())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows read along the curves; + and − zoom around that place; Escape shows all again."""
        low, high = self.frame.x
        here = self.cursor_at if self.cursor_at is not None else (low + high) / 2
        step = (high - low) / _STEPS_ACROSS * (10 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1)
        goals = {
            Qt.Key.Key_Left: here - step,
            Qt.Key.Key_Right: here + step,
            Qt.Key.Key_Home: low,
            Qt.Key.Key_End: high,
        }
        key = Qt.Key(event.key())
        if key in goals:
            self.pointed.emit(min(max(goals[key], low), high))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            half = (high - low) / 2 * (_ZOOM if key == Qt.Key.Key_Minus else 1 / _ZOOM)
            self.zoomed.emit(here - half, here + half)
        elif key == Qt.Key.Key_Escape:
            self.pointed.emit(None)
            self.all_wanted.emit()
        else:
            event.ignore()

    def focusOutEvent(self, event: QEvent) -> None:
        """What keys have pointed at is left."""
        self.pointed.emit(None)
        super().focusOutEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """The tip of what is under the mouse."""
        if isinstance(event, QHelpEvent):
            words = self.words_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return bool(super().viewportEvent(event))
