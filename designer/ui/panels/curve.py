"""One figure of a run over its steps. Brings in the library of plots, so that it is imported for the first plot."""

from __future__ import annotations

import math

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from designer.ui.style.theme import Theme
from designer.ui.widgets.plot_axes import PlotAxis, WholeAxis, style_axes
from designer.ui.widgets.series import Series

_FIRST_STEPS = 100
_CROWDED = 20


class Curve(pg.PlotWidget):
    """One figure over the steps: the raw training value faint, its average over it, validation as dots."""

    def __init__(self, title: str, theme: Theme) -> None:
        super().__init__(axisItems={"left": PlotAxis("left"), "bottom": WholeAxis("bottom")}, enableMenu=False)
        self.setAccessibleName(title)
        self._title, self._theme = title, theme
        self.series = Series()
        self.validation: list[tuple[int, float]] = []
        self._top = 1.0
        self._reach = 0
        self._plot = self.getPlotItem()
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.getAxis("bottom").setStyle(hideOverlappingLabels=True)
        self._plot.layout.setContentsMargins(2, 2, 14, 2)
        self._plot.setLabel("bottom", "step")
        self._raw = self._plot.plot()
        self._smooth = self._plot.plot()
        self._validation = self._plot.plot()
        theme.changed.connect(self._colour)
        self._colour()

    def _colour(self) -> None:
        colours = self._theme.colours
        train, validation = self._theme.curve_hues
        faint = QColor(train)
        faint.setAlpha(90)
        self.setBackground(colours.base)
        style_axes(self._plot, colours)
        self._plot.setTitle(self._title, color=colours.text, size=f"{QApplication.font().pointSizeF():.1f}pt")
        self._plot.showGrid(x=False, y=True, alpha=0.15)
        self._raw.setPen(pg.mkPen(faint, width=1))
        self._smooth.setPen(pg.mkPen(train, width=2))
        self._validation.setPen(pg.mkPen(validation, width=1.5, style=Qt.PenStyle.DashLine))
        self._validation.setSymbol("o")
        self._validation.setSymbolBrush(validation)
        self._validation.setSymbolPen(None)
        self._draw_validation()

    def start(self, steps: int, top: float) -> None:
        """An empty curve; x grows up to `steps`, y reaches at least `top`."""
        self.series.clear()
        self.validation.clear()
        self._steps, self._top = steps, top
        self._plot.setYRange(0, top, padding=0.05)
        self._show_steps(min(steps, _FIRST_STEPS))
        self.repaint_points()
        self._draw_validation()

    def repaint_points(self) -> None:
        """Draws what has come in. Axes grow in steps of two, so that nothing trembles."""
        self._raw.setData(*self.series.raw())
        self._smooth.setData(*self.series.smooth())
        doublings = math.ceil(math.log2(max(self.series.count, _FIRST_STEPS) / _FIRST_STEPS))
        self._show_steps(min(2**doublings * _FIRST_STEPS, self._steps))

    def _show_steps(self, reach: int) -> None:
        if reach != self._reach:
            self._reach = reach
            self._plot.setXRange(0, reach, padding=0.01)

    def show_validation(self, step: int, value: float) -> None:
        """Adds the figure of an epoch."""
        self.validation.append((step, value))
        self.grow_to(value)
        self._draw_validation()

    def _draw_validation(self) -> None:
        crowded = len(self.validation) > _CROWDED
        self._validation.setSymbolSize(3 if crowded else 6)
        drawn = [(step, value) for step, value in self.validation if math.isfinite(value)]
        self._validation.setData([step for step, _ in drawn], [value for _, value in drawn])

    def grow_to(self, value: float) -> None:
        """Makes room for a value above the axis."""
        if math.isfinite(value) and value > self._top:
            self._top = value * 1.1
            self._plot.setYRange(0, self._top, padding=0.02)
