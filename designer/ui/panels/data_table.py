"""The first rows of a table: its columns side by side, as far as there is room; the others are scrolled to."""

from __future__ import annotations

import re

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QScrollBar

from designer.data.preview import TablePreview
from designer.ui.panels.data_views import DataView, elided
from designer.ui.style.theme import Theme

_MOST_CELL, _USUAL_LINE = 110, 14
"""Pixels of a column of a table at most, so that several have room, where a line of letters has so many."""
_BETWEEN = 10
"""Pixels between two columns."""
_NUMBER = re.compile(r"[-−–]?[\d,.]*(e[+-]?\d+)?", re.IGNORECASE)


class _ColumnBar(QScrollBar):
    """Scrolls sideways; a wheel that turns up or down is for what is around it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().x():
            super().wheelEvent(event)
        else:
            event.ignore()


class TableRows(DataView):
    """The first rows of a table. Its last column, which is learned, stays in sight; others may have to be scrolled."""

    def __init__(self, theme: Theme, shown: TablePreview) -> None:
        super().__init__(theme, f"Samples of {shown.caption}")
        self.shown = shown
        self.bar = _ColumnBar(Qt.Orientation.Horizontal, self)
        self.bar.setObjectName("moreColumns")
        self.bar.setAccessibleName("Which columns of the first rows are seen")
        self.bar.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.bar.valueChanged.connect(lambda value: self.update())

    def needed(self, width: int) -> int:
        return (len(self.shown.rows) + 1) * self._line() + (self._bar_height() + 2 if self._beyond(width) else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The bar is below the rows, where there is something to scroll."""
        super().resizeEvent(event)
        widths, high = self._widths(), self._bar_height()
        self.bar.setRange(0, self._beyond(self.width()))
        self.bar.setPageStep(max(self.width() - widths[-1], 1))
        self.bar.setSingleStep(max(widths[:-1], default=1) // 2)
        self.bar.setGeometry(0, self.height() - high, self.width(), high)
        self.bar.setVisible(self.bar.maximum() > 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Sideways."""
        self.bar.wheelEvent(event)

    def tip(self, place: QPointF) -> str:
        """All of a cell."""
        row = int(place.y() // self._line())
        column = next((number for number, (left, right) in self.seen().items() if left <= place.x() < right), None)
        if column is None or not 0 <= row <= len(self.shown.rows):
            return ""
        head = self.shown.heads[column]
        return f"{head}: {self.shown.rows[row - 1][column]}" if row else head

    def seen(self) -> dict[int, tuple[float, float]]:
        """From where to where each column is, which is in sight at least in part."""
        widths, shown, left = self._widths(), {}, -self.bar.value()
        last = min(sum(widths[:-1]), self.width() - widths[-1])
        for number, wide in enumerate(widths[:-1]):
            if left + wide > _BETWEEN and left < last - _BETWEEN:
                shown[number] = max(left, 0.0), min(left + wide, last) - _BETWEEN
            left += wide
        return {**shown, len(widths) - 1: (last, last + widths[-1])}

    def _line(self) -> int:
        return self.line() + 2

    def _bar_height(self) -> int:
        return self.bar.sizeHint().height()

    def _beyond(self, width: int) -> int:
        """Pixels of columns that there is no room for."""
        return max(sum(self._widths()) - width, 0)

    def _widths(self) -> list[int]:
        metrics = self.fontMetrics()
        cells = [self.shown.heads, *self.shown.rows]
        most = _MOST_CELL * metrics.height() // _USUAL_LINE
        return [
            min(max(metrics.horizontalAdvance(row[place]) for row in cells), most) + _BETWEEN
            for place in range(len(self.shown.heads))
        ]

    def _sides(self) -> list[Qt.AlignmentFlag]:
        """Where the cells of each column stand."""
        columns = zip(*self.shown.rows, strict=True) if self.shown.rows else ([""] for _ in self.shown.heads)
        right, left = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignLeft
        return [right if all(map(_is_number, cells)) else left for cells in columns]

    def paintEvent(self, event: object) -> None:
        """Heads in grey, numbers to the right, words to the left."""
        painter, colours, line = QPainter(self), self.theme.colours, self._line()
        widths, sides = self._widths(), self._sides()
        starts = [sum(widths[:number]) - self.bar.value() for number in range(len(widths))]
        for number, (left, right) in self.seen().items():
            start = left if number == len(widths) - 1 else starts[number]
            painter.setClipRect(QRectF(left, 0, right - left, self.height()))
            for row, cells in enumerate([self.shown.heads, *self.shown.rows]):
                painter.setPen(QColor(colours.text if row else colours.muted))
                room = QRectF(start, row * line, widths[number] - _BETWEEN, line)
                text = elided(self.fontMetrics(), cells[number], room.width() + 1)
                painter.drawText(room, sides[number] | Qt.AlignmentFlag.AlignVCenter, text)
        painter.setClipping(False)
        painter.setPen(QColor(colours.border))
        painter.drawLine(QPointF(0, line - 1), QPointF(self.width(), line - 1))
        if self.bar.maximum():
            edge = self.width() - widths[-1] - _BETWEEN / 2
            painter.drawLine(QPointF(edge, 0), QPointF(edge, line * (len(self.shown.rows) + 1)))


def _is_number(cell: str) -> bool:
    """Whether a cell is one, or missing."""
    return _NUMBER.fullmatch(cell) is not None
