"""What lies over the curves of a plot: its name, marks, the place that is read, pills, a part being chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from designer.ui.curves.gesture_plot import PlotFrame
from designer.ui.curves.pills import Pill, draw_pills, pill_height, pill_width
from designer.ui.style.theme import Colours

GAP = 5.0
"""Pixels between the curves and the column of pills."""
_SAMPLES = ("0.0008888", "8.89e-05", "100.0 %", "1,023 MiB")
"""The longest values of figures (`figure_words.value_words`): four digits behind zeros, shares, and memory."""


@dataclass(frozen=True)
class PlacedMark:
    """A mark at a place of the axis."""

    x: float
    text: str
    hue: str


@dataclass(frozen=True)
class Overlay:
    """All of it; `tag` tells the place that is read, below the curves."""

    title: str
    marks: Sequence[PlacedMark] = ()
    pills: Sequence[Pill] = ()
    cursor: float | None = None
    looked_at: float | None = None
    """The place of the epoch that is looked into."""
    tag: str = ""
    below: float = 0.0
    """Pixels that there are below the curves."""
    dragged: QRectF | None = field(default=None, compare=False)


def column_width(font: QFont, titles: Sequence[str]) -> float:
    """Of the pills and of the plots' names above them."""
    metrics, bold = QFontMetricsF(font), QFontMetricsF(_bold(font))
    widths = [pill_width(metrics, text) for text in _SAMPLES] + [bold.horizontalAdvance(title) for title in titles]
    return max(widths) + 2 * GAP


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setBold(True)
    return bold


def draw_overlay(painter: QPainter, overlay: Overlay, frame: PlotFrame, column: float, colours: Colours) -> None:
    """Draws it over the curves, in the pixels of the plot."""
    room = frame.room
    for mark in overlay.marks:
        x = frame.pixel(mark.x, frame.y[0]).x()
        if room.left() - 1 <= x <= room.right() + 1:
            painter.setPen(QPen(QColor(mark.hue), 1, Qt.PenStyle.DashDotLine))
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
    if overlay.looked_at is not None:
        x = frame.pixel(overlay.looked_at, frame.y[0]).x()
        if room.left() - 1 <= x <= room.right() + 1:
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
    if overlay.dragged is not None:
        chosen = QColor(colours.accent)
        painter.setPen(QPen(chosen, 1))
        chosen.setAlpha(40)
        painter.setBrush(chosen)
        painter.drawRect(overlay.dragged)
    if overlay.cursor is not None:
        _draw_cursor(painter, overlay, frame, colours)
    _draw_column(painter, overlay, frame, column, colours)


def _draw_cursor(painter: QPainter, overlay: Overlay, frame: PlotFrame, colours: Colours) -> None:
    room, x = frame.room, frame.pixel(overlay.cursor or 0.0, frame.y[0]).x()
    painter.setPen(QPen(QColor(colours.muted), 1))
    painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
    if overlay.tag:
        metrics = QFontMetricsF(painter.font())
        width = metrics.horizontalAdvance(overlay.tag) + 10
        left = max(min(x - width / 2, room.right() + GAP - width), 0.0)
        box = QRectF(left, room.bottom() + 3, width, metrics.height() + 2)
        painter.setPen(QPen(QColor(colours.edge), 1))
        painter.setBrush(QColor(colours.card))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QColor(colours.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, overlay.tag)


def _draw_column(painter: QPainter, overlay: Overlay, frame: PlotFrame, column: float, colours: Colours) -> None:
    font, room = painter.font(), frame.room
    painter.setFont(_bold(font))
    height = QFontMetricsF(painter.font()).height()
    box = QRectF(room.right() + GAP, room.top() - 2, column - GAP, height)
    painter.setPen(QColor(colours.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, overlay.title)
    painter.setFont(font)
    below = QRectF(box.left(), box.bottom() + 2, column - 2 * GAP, room.bottom() - box.bottom() - 2)
    if len(overlay.pills) * pill_height(QFontMetricsF(font)) > below.height():
        below.setBottom(room.bottom() + overlay.below)  # beside the numbers of the axis
    draw_pills(painter, overlay.pills, below, colours)
