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
_WIDEST_POWER = "0.001"
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


class LogAxis(PlotAxis):
    """Numbers as they are, or, with `is_log`, for places that are their logarithms to the base of ten."""

    is_log = False
    unit = 1.0
    """What the numbers are told in."""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Round numbers of the unit."""
        unit, self.unit = self.unit, 1.0  # the numbers that it tries are in the unit
        spacings = super().tickSpacing(low / unit, high / unit, size)
        self.unit = unit
        return [(spacing * unit, first) for spacing, first in spacings]

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Powers of ten, and between them 2 and 5 times these where there is room."""
        if not self.is_log:
            ticks: list[tuple[float, list[float]]] = super().tickValues(low, high, size)
            return ticks
        if not (high > low and size > 0 and math.isfinite(high - low)):
            return []
        room = self._room_of_a_power()
        fewer = max(1, math.ceil(room * (high - low) / size))
        powers = range(math.floor(low), math.ceil(high) + 1)
        places = [float(power) for power in powers if power % fewer == 0]
        if (size / (high - low)) * math.log10(2) > room:
            places += [power + math.log10(step) for power in powers for step in (2, 5)]
        return [(1.0, sorted(place for place in places if low <= place <= high))]

    def _room_of_a_power(self) -> float:
        """Pixels between two numbers."""
        metrics = QFontMetricsF(QApplication.font())
        if self.orientation in ("left", "right"):
            return _LINES * metrics.height()
        return metrics.horizontalAdvance(_WIDEST_POWER) + _BETWEEN

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The numbers that the places stand for."""
        if not self.is_log:
            return super().tickStrings([value / self.unit for value in values], scale, spacing / self.unit)
        return [short_number(10**value / self.unit, 10 ** math.floor(value + 1e-9) / self.unit) for value in values]


class RunAxis(WholeAxis):
    """An axis of steps, of epochs, or of seconds, which are told as minutes and hours where they are many."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self.along = "step"
        self._unit, self._name = 1.0, ""

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Round numbers of the unit; whole ones of steps."""
        self._unit, self._name = 1.0, ""
        if self.along == "step":
            return super().tickSpacing(low, high, size)
        unit = 1.0
        if self.along == "time":
            unit, self._name = next((unit, name) for unit, name, most in _UNITS if high <= most)
        spacings = PlotAxis.tickSpacing(
            self, low / unit, high / unit, size
        )  # the numbers that it tries are in the unit
        self._unit = unit
        return [(spacing * unit, 0.0) for spacing, _ in spacings]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """1,500; or 2.5; or 30 s."""
        if self.along == "step":
            return super().tickStrings(values, scale, spacing)
        numbers = [value / self._unit for value in values]
        return [number + self._name for number in PlotAxis.tickStrings(self, numbers, scale, spacing / self._unit)]


_UNITS = ((1.0, " s", 180.0), (60.0, " min", 10_800.0), (3600.0, " h", math.inf))
"""Seconds of a unit, what it is called, and up to how many seconds it is used."""
