"""Pills: the values of curves at the right of a plot, beside their ends, none over another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from designer.ui.style.theme import Colours

_ABOVE = 1.5
"""Pixels above and below the letters."""
_BETWEEN = 2.0
_BESIDE = 5.0


@dataclass(frozen=True)
class Pill:
    """A value, the colour of its curve, and the height of it on the screen; of a lower rank it has its place first."""

    text: str
    hue: str
    height: float
    rank: int
    dashed: bool = False
    end: QPointF | None = None
    """Where the curve ends, if that is to be seen."""


def spread(wanted: Sequence[float], size: float, low: float, high: float) -> list[float]:
    """The middles of things of a size that are nearest to where they are wanted, in order, and do not overlap.

    As many as fit between `low` and `high`. By pooling neighbours (Ayer et al. 1955), as least squares under an order.
    """
    pools: list[tuple[float, int]] = []
    for number, place in enumerate(wanted):
        pools.append((place - number * size, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (before, some), (after, more) = pools[-2], pools[-1]
            pools[-2:] = [((before * some + after * more) / (some + more), some + more)]
    shifted = [place for place, many in pools for _ in range(many)]
    least, most = low + size / 2, high - size / 2 - (len(wanted) - 1) * size
    return [min(max(place, least), max(most, least)) + number * size for number, place in enumerate(shifted)]


def pill_height(metrics: QFontMetricsF) -> float:
    """Of one pill, with the gap to the next one."""
    return float(metrics.height() + 2 * _ABOVE + _BETWEEN)


def pill_width(metrics: QFontMetricsF, text: str) -> float:
    """Of a pill with a text."""
    return float(metrics.horizontalAdvance(text) + 2 * _BESIDE)


def placed(pills: Sequence[Pill], size: float, low: float, high: float) -> list[tuple[Pill, float]]:
    """The pills that there is room for, those of lower ranks first, with the middle of each."""
    room = max(int((high - low) // size), 0)
    kept = sorted(sorted(pills, key=lambda pill: pill.rank)[:room], key=lambda pill: pill.height)
    return list(zip(kept, spread([pill.height for pill in kept], size, low, high), strict=True))


def draw_pills(painter: QPainter, pills: Sequence[Pill], column: QRectF, colours: Colours) -> None:
    """Draws them into a column; a thin line leads from the end of a curve to its pill."""
    metrics = QFontMetricsF(painter.font())
    size = pill_height(metrics)
    for pill, middle in placed(pills, size, column.top(), column.bottom()):
        width = min(pill_width(metrics, pill.text), column.width())
        box = QRectF(column.left(), middle - (size - _BETWEEN) / 2, width, size - _BETWEEN)
        hue = QColor(pill.hue)
        if pill.end is not None:
            faint = QColor(hue)
            faint.setAlpha(80)
            painter.setPen(QPen(faint, 1))
            painter.drawLine(pill.end, QPointF(box.left(), middle))
        stroke = Qt.PenStyle.DashLine if pill.dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(hue, 1.2, stroke))
        painter.setBrush(QColor(colours.base))
        painter.drawRoundedRect(box.adjusted(0.6, 0.6, -0.6, -0.6), 4, 4)
        painter.setPen(QColor(colours.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, pill.text)
