"""Axes of plots whose numbers never run into one another, and stay readable however large they are."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from designer.ui.style.theme import Colours

_BETWEEN = 14
"""Pixels between two numbers beside each other."""
_LINES = 2.0
"""Numbers above each other are at least so many lines apart."""
_LINES_BELOW = 2.4
"""What numbers and a label take below a plot."""
_NICE = (1.0, 2.0, 5.0, 10.0)
_PLAIN = 9_999.5
"""From here on, and below a thousandth, numbers are written with a power of ten."""
_WIDEST = "0.0e-00"
_TICK = 10
"""Pixels of a mark, and of the gap between it and its number."""


def nice_above(least: float) -> float:
    """The least of 1, 2, 5, 10, 20, … and 0.5, 0.2, … that is not below a number above zero."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in _NICE if step * power >= least * (1 - 1e-9))


class PlotAxis(pg.AxisItem):
    """Numbers at round places, as many as have room."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """One distance between marks, each of which has its number."""
        if not (high > low and size > 0 and math.isfinite(high - low)):
            return []
        per_pixel = (high - low) / size
        spacing = nice_above(self.least_room() * per_pixel)
        for _ in range(2):  # longer numbers need a wider distance, whose numbers are shorter, if anything
            room = self._room(low, high, spacing)
            if spacing >= room * per_pixel:
                break
            spacing = nice_above(room * per_pixel)
        return [(spacing, 0.0)]

    def least_room(self) -> float:
        """Pixels between marks, even of short numbers."""
        return 30.0

    def _room(self, low: float, high: float, spacing: float) -> float:
        metrics = QFontMetricsF(QApplication.font())
        if self.orientation in ("left", "right"):
            return max(self.least_room(), _LINES * metrics.height())
        ends = [math.ceil(low / spacing) * spacing, math.floor(high / spacing) * spacing]
        widths = map(metrics.horizontalAdvance, self.tickStrings(ends, 1.0, spacing))
        return max(self.least_room(), max(widths) + _BETWEEN)

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Short numbers: 0.25, 1500, 2e36."""
        return [short_number(value, spacing) for value in values]

    def resizeEvent(self, event: object = None) -> None:
        """A word beside an axis that is shorter than it would run into the next one."""
        super().resizeEvent(event)
        if self.labelText and self.orientation == "left":
            self.label.setVisible(self.label.boundingRect().width() <= self.size().height() + _BETWEEN / 2)

    def fit_width(self) -> None:
        """Room for the longest number in the font of the window."""
        metrics = QFontMetricsF(QApplication.font())
        self.setWidth(math.ceil(metrics.horizontalAdvance(_WIDEST)) + _TICK)


def style_axes(plot: pg.PlotItem, colours: Colours) -> None:
    """The colours of the axes, and the letters of the window for what is written at them."""
    font = QApplication.font()
    for name in ("left", "bottom"):
        axis = plot.getAxis(name)
        axis.setPen(colours.border)
        axis.setTextPen(colours.muted)
        axis.setTickFont(font)
        axis.label.setFont(font)
        if isinstance(axis, PlotAxis) and name == "left":
            axis.fit_width()
    bottom = plot.getAxis("bottom")
    if bottom.labelText:
        bottom.setHeight(math.ceil(_LINES_BELOW * QFontMetricsF(font).height()))


def short_number(value: float, spacing: float) -> str:
    """A number at a mark, with the digits that tell it from the next one, `spacing` away."""
    if abs(value) < spacing / 100:
        return "0"
    if spacing >= 1e-3 and abs(value) < _PLAIN:
        return f"{value:.{max(0, math.ceil(-math.log10(spacing) - 1e-9))}f}"
    digits = max(0, min(math.floor(math.log10(abs(value))) - math.floor(math.log10(spacing) + 1e-9), 3))
    mantissa, power = f"{value:.{digits}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").removesuffix(".")
    return f"{mantissa}e{int(power)}"


class WholeAxis(PlotAxis):
    """An axis of places that are counted: whole numbers only, `shift` away from the place that they stand for."""

    def __init__(self, orientation: str, shift: float = 0.0) -> None:
        super().__init__(orientation)
        self._shift = shift

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """As for any number, without what lies between two whole ones."""
        return [(max(spacing, 1.0), self._shift) for spacing, _ in super().tickSpacing(low, high, size)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The numbers that the places stand for."""
        return [f"{round(value - self._shift):,}" for value in values]
