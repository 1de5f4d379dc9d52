"""A few samples drawn by what they are, and histograms: widgets that paint themselves, as high as what is in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QPainter,
    QPen,
    QPolygonF,
    QResizeEvent,
    QTextLayout,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from designer.core.schema.units import figure, plural
from designer.data.preview import Curves, Floats, Histogram, Texts
from designer.ui.style.theme import CATEGORY_HUES, Theme

_GAP = 6
_CURVE = 40
_LEGEND = 13
"""Pixels of a legend's line and the gap behind it."""
_BAR_HEIGHT = 54
MOST_BARS = 12
_ENDS = " _-./"
"""What ends a word in a name."""
_LONG_START = 3
"""Letters that are worth leaving out, where all names begin with them."""
HUES = tuple(CATEGORY_HUES[name] for name in ("Convolution", "Activation", "Recurrent", "Dense", "Pooling", "Shape"))
"""Colours of the numbers of a step, in their order."""


class DataView(QWidget):
    """What has as much height as its content needs at its width; it tells what is under the mouse."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self.theme = theme
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def needed(self, width: int) -> int:
        """Pixels of height at a width."""
        raise NotImplementedError

    def tip(self, place: QPointF) -> str:
        """What is at a place, in words."""
        return ""

    def sizeHint(self) -> QSize:
        """As high as the content at the width that it has."""
        return QSize(200, self.needed(max(self.width(), 1)))

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(80, self.needed(max(self.width(), 80)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width needs another height."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """As high as the content is now."""
        self.setFixedHeight(self.needed(max(self.width(), 1)))
        self.update()

    def event(self, event: object) -> bool:
        """Tells in a tip what is under the mouse."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip(QPointF(event.pos())), self)
            return True
        return super().event(event)  # type: ignore[arg-type]

    def line(self) -> int:
        """The height of a line of letters."""
        return self.fontMetrics().height()


def elided(metrics: QFontMetrics, text: str, width: float) -> str:
    """As much of a text as there is room for."""
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(width))


def without_common_start(names: Sequence[str]) -> tuple[str, ...]:
    """What tells names apart: the words with which all of them begin are left out."""
    first, last = min(names, default=""), max(names, default="")
    start = next((first[:place] for place, pair in enumerate(zip(first, last, strict=False)) if len(set(pair)) > 1), "")
    length = max(start.rfind(letter) for letter in _ENDS) + 1
    return tuple("…" + name[length:] for name in names) if length >= _LONG_START else tuple(names)


class CurveRows(DataView):
    """A line for each number of a step, sample by sample, with the label and the length beside it."""

    def __init__(self, theme: Theme, shown: Curves) -> None:
        super().__init__(theme, f"Samples of {shown.caption}")
        self.shown = shown
        values = [curve[np.isfinite(curve)] for curve in shown.curves]
        found = np.concatenate(values) if values else np.zeros(1)
        self._low = float(found.min()) if found.size else 0.0
        self._high = float(found.max()) if found.size else 1.0

    def needed(self, width: int) -> int:
        below = 1 + self._legend(width)[1]
        return len(self.shown.curves) * (_CURVE + self.line() + _GAP) + below * self.line()

    def _legend(self, width: int) -> tuple[list[tuple[int, int, str]], int]:
        """For each number of a step how far to the right it is named, in which line and how; and how many lines."""
        several = self.shown.curves[0].shape[1] if self.shown.curves else 1
        if several < 2:
            return [], 0
        metrics, found, left, row = self.fontMetrics(), [], 0, 0
        for number in range(several):
            name = self.shown.names[number] if self.shown.names else str(number + 1)
            text = elided(metrics, name, max(width - _LEGEND, _LEGEND))
            wide = _LEGEND + metrics.horizontalAdvance(text)
            if left and left + wide > width:
                left, row = 0, row + 1
            found.append((left, row, text))
            left += wide + 8
        return found, row + 1

    def tip(self, place: QPointF) -> str:
        return f"from {figure(self._low)} to {figure(self._high)}"

    def paintEvent(self, event: object) -> None:
        """All curves have the same scale; the longest fills the width."""
        painter, colours = QPainter(self), self.theme.colours
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        longest = max((len(curve) for curve in self.shown.curves), default=1)
        top = 0.0
        for curve, label, steps in zip(self.shown.curves, self.shown.labels, self.shown.steps, strict=True):
            painter.setPen(QColor(colours.muted))
            head = QRectF(0, top, self.width(), self.line())
            told = plural(steps, "step")
            painter.drawText(head, Qt.AlignmentFlag.AlignRight, told)
            room = self.width() - self.fontMetrics().horizontalAdvance(told) - _GAP
            painter.drawText(head, Qt.AlignmentFlag.AlignLeft, elided(self.fontMetrics(), label, room))
            plot = QRectF(0, top + self.line(), self.width(), _CURVE)
            painter.fillRect(plot, QColor(colours.base))
            for number in range(curve.shape[1]):
                painter.setPen(QPen(QColor(HUES[number % len(HUES)]), 1.2))
                painter.drawPolyline(self._points(curve[:, number], plot, longest))
            top += _CURVE + self.line() + _GAP
        self._draw_legend(painter, top)

    def _points(self, numbers: Floats, plot: QRectF, longest: int) -> QPolygonF:
        span = (self._high - self._low) or 1.0
        across = plot.width() / max(longest - 1, 1)
        shares = np.clip((np.nan_to_num(numbers) - self._low) / span, 0, 1)
        return QPolygonF(
            [
                QPointF(plot.left() + step * across, plot.bottom() - 1 - share * (plot.height() - 2))
                for step, share in enumerate(shares.tolist())
            ]
        )

    def _draw_legend(self, painter: QPainter, top: float) -> None:
        """Which colour is which number; the range of all of them."""
        names, lines = self._legend(self.width())
        for number, (left, row, text) in enumerate(names):
            above = top + row * self.line()
            painter.fillRect(QRectF(left, above + self.line() / 2 - 1, 10, 3), QColor(HUES[number % len(HUES)]))
            painter.setPen(QColor(self.theme.colours.muted))
            painter.drawText(QPointF(left + _LEGEND, above + self.fontMetrics().ascent()), text)
        painter.setPen(QColor(self.theme.colours.muted))
        room = QRectF(0, top + lines * self.line(), self.width(), self.line())
        painter.drawText(room, Qt.AlignmentFlag.AlignRight, f"{figure(self._low)} to {figure(self._high)}")


def wrapped(text: str, font: QFont, width: int, most: int) -> list[str]:
    """A text in so many lines at most; the last one ends with an ellipsis where there is more."""
    layout = QTextLayout(" ".join(text.split()), font)
    lines: list[tuple[int, int]] = []
    layout.beginLayout()
    while len(lines) < most and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        lines.append((line.textStart(), line.textLength()))
    layout.endLayout()
    told = [layout.text()[start : start + length] for start, length in lines]
    if lines and sum(lines[-1]) < len(layout.text()):
        told[-1] = elided(QFontMetrics(font), layout.text()[lines[-1][0] :], width)
    return told


class TextRows(DataView):
    """The beginning of each text in two lines, below its label."""

    def __init__(self, theme: Theme, shown: Texts) -> None:
        super().__init__(theme, f"Samples of {shown.caption}")
        self.shown = shown
        self._labelled = any(shown.labels)

    def _down(self) -> int:
        return (self._lines() + self._labelled) * self.line() + _GAP

    def _lines(self) -> int:
        """Two, where one does not hold each of the texts."""
        widest = max(map(self.fontMetrics().horizontalAdvance, self.shown.texts), default=0)
        return 1 if widest <= self.width() else 2

    def needed(self, width: int) -> int:
        return len(self.shown.texts) * self._down()

    def tip(self, place: QPointF) -> str:
        row = int(place.y() // self._down())
        return self.shown.texts[row] if 0 <= row < len(self.shown.texts) else ""

    def paintEvent(self, event: object) -> None:
        """Draws the label, and as many words as two lines hold."""
        painter, colours = QPainter(self), self.theme.colours
        for place, (text, label) in enumerate(zip(self.shown.texts, self.shown.labels, strict=True)):
            top = place * self._down()
            if self._labelled:
                painter.setPen(QColor(colours.muted))
                painter.drawText(
                    QRectF(0, top, self.width(), self.line()), elided(self.fontMetrics(), label, self.width())
                )
                top += self.line()
            painter.setPen(QColor(colours.text))
            for line in wrapped(text, self.font(), self.width(), self._lines()):
                painter.drawText(QPointF(0, top + self.fontMetrics().ascent()), line)
                top += self.line()


class Bars(DataView):
    """A histogram: a line for each of a few classes, else a bar for each range of numbers."""

    def __init__(self, theme: Theme, shown: Histogram) -> None:
        super().__init__(theme, f"How {shown.title} is spread")
        self.shown = shown
        self._by_name = bool(shown.names) and len(shown.names) <= MOST_BARS

    def needed(self, width: int) -> int:
        return len(self.shown.counts) * (self.line() + 1) if self._by_name else _BAR_HEIGHT + self.line()

    def tip(self, place: QPointF) -> str:
        if self._by_name:
            row = int(place.y() // (self.line() + 1))
        else:
            row = int(place.x() / max(self.width(), 1) * len(self.shown.counts))
        if not 0 <= row < len(self.shown.counts):
            return ""
        return f"{self._name(row)}: {plural(self.shown.counts[row], 'sample')}"

    def _name(self, place: int) -> str:
        shown = self.shown
        if shown.names:
            return shown.names[place]
        if shown.is_whole:
            return figure(shown.low + place)
        width = (shown.high - shown.low) / len(shown.counts)
        return f"{figure(shown.low + place * width)} to {figure(shown.low + (place + 1) * width)}"

    def paintEvent(self, event: object) -> None:
        """Draws the bars."""
        painter = QPainter(self)
        if self._by_name:
            self._draw_names(painter)
        else:
            self._draw_ranges(painter)

    def _draw_names(self, painter: QPainter) -> None:
        colours, line, most = self.theme.colours, self.line() + 1, max(self.shown.counts) or 1
        metrics = self.fontMetrics()
        names = min(max(map(metrics.horizontalAdvance, self.shown.names)) + 8, self.width() // 2)
        figures = metrics.horizontalAdvance(f"{most:,}") + 6
        room = max(self.width() - names - figures, 10)
        for place, (name, count) in enumerate(zip(self.shown.names, self.shown.counts, strict=True)):
            top = place * line
            painter.setPen(QColor(colours.text))
            painter.drawText(
                QRectF(0, top, names, line), Qt.AlignmentFlag.AlignVCenter, elided(metrics, name, names - 4)
            )
            painter.fillRect(QRectF(names, top + 4, room * count / most, line - 8), QColor(colours.accent))
            painter.setPen(QColor(colours.muted))
            aligned = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(names + room, top, figures, line), aligned, f"{count:,}")

    def _draw_ranges(self, painter: QPainter) -> None:
        colours, counts = self.theme.colours, self.shown.counts
        most, across = max(counts) or 1, self.width() / len(counts)
        for place, count in enumerate(counts):
            height = _BAR_HEIGHT * count / most
            bar = QRectF(place * across, _BAR_HEIGHT - height, max(across - 1, 1), height)
            painter.fillRect(bar, QColor(colours.accent))
        painter.setPen(QColor(colours.muted))
        below = QRectF(0, _BAR_HEIGHT, self.width(), self.line())
        first, last = self._ends()
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, first)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, last)

    def _ends(self) -> Sequence[str]:
        shown = self.shown
        if shown.names:
            return elided(self.fontMetrics(), shown.names[0], self.width() / 2), elided(
                self.fontMetrics(), shown.names[-1], self.width() / 2 - _GAP
            )
        return figure(shown.low), figure(shown.high)
