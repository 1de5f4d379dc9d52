"""The plots of several figures on one axis: above one another, or side by side where the room is low and wide."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPointF, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from designer.ui.curves.figure_plot import FigurePlot
from designer.ui.curves.figure_words import short_title, value_words
from designer.ui.widgets.screen_reader import announce

LEAST_WIDTH, LEAST_HEIGHT = 120, 60
_HIGH_ENOUGH = 92
"""Pixels of a plot from which on it is read well where others stand above it."""
_BESIDE, _BELOW, _AROUND = 120, 22, 8
"""Pixels for numbers and pills beside the curves, for numbers below all of them, and around each."""
_WIDER = 2.2
"""A plot so much wider than high has as much room to both sides."""


def columns_for(plots: int, width: int, height: int) -> int:
    """As few columns as leave the plots high enough; else as many as leave the least room of a plot largest."""
    for columns in range(1, plots + 1):
        if height / math.ceil(plots / columns) >= _HIGH_ENOUGH and width / columns >= _BESIDE + _HIGH_ENOUGH:
            return columns

    def room(columns: int) -> float:
        high = (height - _BELOW) / math.ceil(plots / columns) - _AROUND
        return min((width / columns - _BESIDE) / _WIDER, high)

    return max(range(1, plots + 1), key=room, default=1)


class PlotGrid(QWidget):
    """The plots, made as they are wanted first; what is pointed at in one is read in all.

    `zoomed(low, high)` and `all_wanted()` ask for a part of the axis and for all of it. `moved()` tells that the axis
    is elsewhere on the screen, or has other ends.
    """

    zoomed = Signal(float, float)
    all_wanted = Signal()
    moved = Signal()
    clicked = Signal(object, QPointF)
    menu_wanted = Signal(object)

    def __init__(self, make: Callable[[str], FigurePlot]) -> None:
        super().__init__()
        self._make = make
        self._made: dict[str, FigurePlot] = {}
        self._shown: tuple[str, ...] = ()
        self._columns = 0
        self._looked_at: tuple[Path, float] | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self.setMinimumSize(2 * LEAST_WIDTH, LEAST_HEIGHT)

    @property
    def shown(self) -> list[FigurePlot]:
        """The plots that are there, in their order."""
        return [self._made[name] for name in self._shown]

    def plot(self, figure: str) -> FigurePlot:
        """The plot of a figure."""
        if figure not in self._made:
            plot = self._made[figure] = self._make(figure)
            plot.setMinimumSize(LEAST_WIDTH, LEAST_HEIGHT // 2)
            # A plot hints at the size that it has: after it was alone the other one would be left too little.
            plot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
            plot.setParent(self)
            plot.hide()
            plot.pointed.connect(lambda place, plot=plot: self.point(place, plot))
            plot.zoomed.connect(self.zoomed)
            plot.all_wanted.connect(self.all_wanted)
            plot.clicked.connect(lambda pixel, plot=plot: self.clicked.emit(plot, pixel))
            plot.menu_wanted.connect(self.menu_wanted)
            plot.looked_at = self._looked_at
            box = plot.getPlotItem().getViewBox()
            for signal in (box.sigResized, box.sigXRangeChanged):
                signal.connect(lambda *_: self.moved.emit())
        return self._made[figure]

    def show_figures(self, figures: tuple[str, ...]) -> bool:
        """Has plots of these, in this order; whether others were there before."""
        if figures == self._shown:
            return False
        for name in figures:
            self.plot(name)
        self._shown, self._columns = figures, 0
        self._arrange()
        return True

    def _arrange(self) -> None:
        columns = columns_for(len(self._shown), self.width(), self.height())
        if columns == self._columns or not self._shown:
            return
        self._columns = columns
        while self._grid.takeAt(0):
            pass
        titles = [short_title(name) for name in self._shown]
        for name, plot in self._made.items():
            if name in self._shown:
                place = self._shown.index(name)
                self._grid.addWidget(plot, place // columns, place % columns)
                plot.place_numbers(place + columns >= len(self._shown), titles)
            plot.setVisible(name in self._shown)
        rows = math.ceil(len(self._shown) / columns)
        for place in range(max(self._grid.rowCount(), self._grid.columnCount())):
            self._grid.setRowStretch(place, int(place < rows))
            self._grid.setColumnStretch(place, int(place < columns))

    @property
    def lowest(self) -> FigurePlot | None:
        """The first plot that has the numbers of the axis below it."""
        return next((plot for plot in self.shown if plot.tells_place), None)

    def look_at(self, folder: Path | None, step: float = 0.0) -> None:
        """A line in all plots where a run is looked into as it was at a step; without a folder, none."""
        wanted = None if folder is None else (folder, step)
        if wanted == self._looked_at:
            return
        self._looked_at = wanted
        for plot in self._made.values():
            plot.looked_at = wanted
            plot.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In as many columns as read best."""
        super().resizeEvent(event)
        self._arrange()

    def point(self, place: float | None, by: FigurePlot | None = None) -> None:
        """All plots read the values at a place; none where nothing is pointed at."""
        for plot in self.shown:
            if plot.cursor_at != place:
                plot.cursor_at = place
                plot.viewport().update()
        if by is not None and by.hasFocus():
            told = self.reading()
            by.setAccessibleDescription(told)
            announce(by, told)

    def reading(self) -> str:
        """What is read, in words: step 312 · epoch 3.1; Loss: a 0.31, a, validation 0.29."""
        parts = [plot.place_words() for plot in self.shown[:1]]
        for plot in self.shown:
            values = [
                f"{run.name}{', validation' if checked else ''} {value_words(plot.figure, value)}"
                for run, checked, value in plot.values_at(plot.cursor_at)
            ]
            parts.append(f"{plot.title}: {', '.join(values)}")
        return "; ".join(part for part in parts if part)
