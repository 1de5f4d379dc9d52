"""The loss over the learning rate: raw faint, smoothed, and marks for the rates that are told. Brings in the plots."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication

from designer.ui.curves.gesture_plot import GesturePlot, PlotFrame
from designer.ui.curves.hues import run_hue
from designer.ui.run.rate_finding import Points
from designer.ui.style.labels import figure
from designer.ui.style.theme import Theme
from designer.ui.widgets.plot_axes import LogAxis, style_axes
from designer.ui.widgets.series import Floats

_FAINT = 90
_ASIDE = 0.04
"""Of the axis beside the lowest and the highest rate: room for half of their numbers."""
_ABOVE, _BELOW = 0.35, 0.15
_LEAST_SPAN = 0.1
_AT_FIRST = 20
_FILLED = 0.5
"""The axis stays as it is where the curve fills so much of it: nothing trembles while it grows."""
_ROWS = 2
"""Of what marks say, above the curve."""
_TAG_SIDE, _TAG_GAP = 5.0, 4.0
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True)
class RateMark:
    """A rate with what is said of it; that which is suggested is the strong one."""

    rate: float
    text: str
    is_strong: bool = False


def rounded(rate: float) -> float:
    """A rate with two digits: more are none that a person would choose by."""
    return float(f"{rate:.1e}")


class RatePlot(GesturePlot):
    """Point to read a rate and its loss, click to take the rate; arrows and Enter do so, too. `taken(rate)`."""

    taken = Signal(float)

    def __init__(self, theme: Theme) -> None:
        bottom = LogAxis("bottom")
        bottom.is_log = True
        super().__init__(bottom)
        self.setObjectName("ratePlot")
        self.setAccessibleName("Loss over the learning rate")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._theme = theme
        self.marks: tuple[RateMark, ...] = ()
        self._rates: Floats = np.empty(0)
        self._smoothed: Floats = np.empty(0)
        self._y: tuple[float, float] | None = None
        self._raw, self._smooth = pg.PlotCurveItem(), pg.PlotCurveItem()
        for item in (self._raw, self._smooth):
            self._plot.addItem(item, ignoreBounds=True)
        bottom.setStyle(hideOverlappingLabels=False)
        for axis in (bottom, self._plot.getAxis("left")):
            axis.enableAutoSIPrefix(False)
        self._plot.setLabel("bottom", "Learning rate")
        self._plot.setLabel("left", "Loss")
        self.pointed.connect(self._point)
        self.clicked.connect(self._click)
        theme.changed.connect(self._colour)
        self._colour()

    def set_range(self, low: float, high: float) -> None:
        """The rates that are tried, from the beginning on: how far it is can be seen by that."""
        self._plot.setXRange(math.log10(low), math.log10(high), padding=_ASIDE)

    def _colour(self) -> None:
        colours = self._theme.colours
        self.setBackground(colours.base)
        style_axes(self._plot, colours)
        self._plot.showGrid(x=True, y=True, alpha=0.15)
        self._plot.layout.setContentsMargins(2, _ROWS * self._line_height(), 10, 2)
        self._hue = run_hue(0, self._theme)
        faint = QColor(self._hue)
        faint.setAlpha(_FAINT)
        self._raw.setPen(pg.mkPen(faint, width=1))
        self._smooth.setPen(pg.mkPen(self._hue, width=2))
        self.viewport().update()

    def _line_height(self) -> float:
        return float(QFontMetricsF(QApplication.font()).height() + _TAG_GAP)

    def show_points(self, points: Points | None) -> None:
        """Draws what was tried so far."""
        empty = np.empty(0)
        rates, losses, self._smoothed = points or (empty, empty, empty)
        self._rates = np.log10(rates)
        self._raw.setData(self._rates, losses, connect="finite")
        self._smooth.setData(self._rates, self._smoothed, connect="finite")
        if not len(self._rates):
            self._y = self.cursor_at = None
        else:
            self._fit_height(losses)
        self.viewport().update()

    def _fit_height(self, losses: Floats) -> None:
        """From below the least to above the loss at first: how high it rises in the end tells nothing."""
        before = losses[:_AT_FIRST]
        low = float(losses[: int(np.argmin(self._smoothed)) + 1].min())
        high = max(float(self._smoothed[:_AT_FIRST].max()), float(before.max()))
        span = max(high - low, _LEAST_SPAN * abs(high), 1e-12)
        if self._y:
            bottom, top = self._y
            if bottom <= low and high <= top and high - low >= _FILLED * (top - bottom):
                return
        self._y = low - _BELOW * span, high + _ABOVE * span
        self._plot.setYRange(*self._y, padding=0)

    def show_marks(self, *marks: RateMark) -> None:
        """Rates that are marked, in the place of those before."""
        if marks != self.marks:
            self.marks = marks
            self.viewport().update()

    def loss_at(self, place: float) -> float | None:
        """The smoothed loss at the logarithm of a rate; None where none was tried."""
        if not len(self._rates) or not self._rates[0] <= place <= self._rates[-1]:
            return None
        return float(np.interp(place, self._rates, self._smoothed))

    def words_of_cursor(self) -> str:
        """What is read where it is pointed at."""
        if self.cursor_at is None:
            return ""
        loss = self.loss_at(self.cursor_at)
        return f"rate {rounded(10**self.cursor_at):g} · " + ("not tried" if loss is None else f"loss {figure(loss)}")

    def _point(self, place: float | None) -> None:
        """What is pointed at is told; nothing where there is no curve yet."""
        self.cursor_at = place if len(self._rates) else None
        self.setAccessibleDescription(self.words_of_cursor())
        self.viewport().update()

    def _click(self, pixel: QPointF) -> None:
        self._take(self.frame.place(pixel)[0])

    def _take(self, place: float) -> None:
        """A rate that was tried; where none was, nothing is known of it."""
        if self.loss_at(place) is not None:
            self.taken.emit(rounded(10**place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows read, Enter takes what is read; Escape is left to the window that it is in."""
        if event.key() in _ENTER and self.cursor_at is not None:
            self._take(self.cursor_at)
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Marks and the place that is read, in pixels."""
        painter.save()
        painter.setFont(QApplication.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.frame
        rows = [(mark, frame.room.top() - number * self._line_height()) for number, mark in enumerate(self.marks, 1)]
        for mark, top in rows:
            self._draw_mark(painter, frame, mark, top)
        for mark, top in rows:  # no line goes through words
            if self._is_seen(frame, mark.rate):
                self._draw_tag(painter, mark.text, self._across(frame, mark.rate), top, self._hue_of(mark))
        if self.cursor_at is not None:
            self._draw_cursor(painter, frame)
        painter.restore()

    def _across(self, frame: PlotFrame, rate: float) -> float:
        return frame.pixel(math.log10(rate), frame.y[0]).x()

    def _is_seen(self, frame: PlotFrame, rate: float) -> bool:
        return frame.room.left() - 1 <= self._across(frame, rate) <= frame.room.right() + 1

    def _hue_of(self, mark: RateMark) -> QColor:
        return QColor(self._theme.colours.accent if mark.is_strong else self._theme.colours.muted)

    def _draw_mark(self, painter: QPainter, frame: PlotFrame, mark: RateMark, top: float) -> None:
        """A line from what is said of it, each in a row of its own, and a ring where it meets the curve."""
        if not self._is_seen(frame, mark.rate):
            return
        x, hue, loss = self._across(frame, mark.rate), self._hue_of(mark), self.loss_at(math.log10(mark.rate))
        style = Qt.PenStyle.SolidLine if mark.is_strong else Qt.PenStyle.DashLine
        painter.setPen(QPen(hue, 1.4, style))
        painter.drawLine(QPointF(x, top), QPointF(x, frame.room.bottom()))
        if loss is not None:
            painter.setPen(QPen(hue, 2))
            painter.setBrush(QColor(self._theme.colours.base))
            painter.drawEllipse(QPointF(x, frame.pixel(0.0, loss).y()), 4.5, 4.5)

    def _draw_cursor(self, painter: QPainter, frame: PlotFrame) -> None:
        colours, place = self._theme.colours, self.cursor_at or 0.0
        x, loss = frame.pixel(place, frame.y[0]).x(), self.loss_at(place)
        painter.setPen(QPen(QColor(colours.muted), 1))
        painter.drawLine(QPointF(x, frame.room.top()), QPointF(x, frame.room.bottom()))
        if loss is not None:
            painter.setPen(QPen(QColor(colours.base), 1))
            painter.setBrush(QColor(self._hue))
            painter.drawEllipse(frame.pixel(place, loss), 4, 4)
        self._draw_tag(painter, self.words_of_cursor(), x, frame.room.bottom() + 3, QColor(colours.edge))

    def _draw_tag(self, painter: QPainter, text: str, x: float, top: float, hue: QColor) -> None:
        """Words in a box around a place, within the plot."""
        metrics, room = QFontMetricsF(painter.font()), self.viewport().width()
        width = metrics.horizontalAdvance(text) + 2 * _TAG_SIDE
        left = max(min(x - width / 2, room - width - 1), 1.0)
        box = QRectF(left, top, width, metrics.height() + 1)
        painter.setPen(QPen(hue, 1))
        painter.setBrush(QColor(self._theme.colours.card))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QColor(self._theme.colours.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
