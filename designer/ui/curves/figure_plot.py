"""One figure of all runs that are shown, over their steps, epochs or time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QApplication, QGraphicsItem

from designer.ui.curves.drawn_run import DrawnRun, SeenPart
from designer.ui.curves.figure_words import axis_unit, figure_title, is_share, short_title, value_words
from designer.ui.curves.gesture_plot import GesturePlot, PlotFrame
from designer.ui.curves.hues import ShownRun
from designer.ui.curves.options import Along
from designer.ui.curves.pills import Pill
from designer.ui.curves.plot_overlay import Overlay, PlacedMark, column_width, draw_overlay
from designer.ui.style.theme import Theme
from designer.ui.widgets.plot_axes import LogAxis, RunAxis, style_axes
from designer.ui.widgets.series import Floats, Series

_LINES_BELOW = 1.5
_LEAST_PIXELS = 64
_NEAR = 8.0
_ABOVE, _BELOW, _BEHIND = 0.08, 0.04, 0.02
_FILLED = 0.4
"""An axis stays as it is where the curves fill so much of it: nothing trembles while they grow."""


class FigurePlot(GesturePlot):
    """The curves of one figure. `show_runs` says of which runs; `redraw` draws what has come in."""

    def __init__(self, figure: str, theme: Theme) -> None:
        super().__init__()
        self.figure, self.title = figure, figure_title(figure)
        self.setAccessibleName(self.title)
        self._theme = theme
        self._runs: list[ShownRun] = []
        self._drawn: list[DrawnRun] = []
        self._along: Along = "step"
        self._is_log = self._is_part = False
        self._x = (0.0, 1.0)
        self._y: tuple[float, float] | None = None
        self._column = 60.0
        self.looked_at: tuple[Path, float] | None = None
        """The folder of the run that is looked into as it was at a step, and that step."""
        self.tells_place = True
        """Whether numbers stand below it, as in the lowest plot of a column."""
        self.draw_as_pixels(True)
        theme.changed.connect(self._colour)
        self._colour()

    def draw_as_pixels(self, kept: bool) -> None:
        """Axes with their grid, and dots, are drawn once, and then as pixels: axes alone take more than curves do.

        Not where a drawing is wanted.
        """
        mode = QGraphicsItem.CacheMode.DeviceCoordinateCache if kept else QGraphicsItem.CacheMode.NoCache
        for drawn in self._drawn:
            drawn.draw_as_pixels(kept)
        for name in ("left", "bottom", "right", "top"):
            self._plot.getAxis(name).setCacheMode(mode)

    @property
    def series(self) -> Series:
        """The figure of the main run's batches."""
        return next((run.curves.training(self.figure) for run in self._runs if run.part == "main"), Series())

    @property
    def validation(self) -> list[tuple[int, float]]:
        """The steps at which the main run was validated, and its figure."""
        found = next((run.curves.validation(self.figure) for run in self._runs if run.part == "main"), Series())
        return [(int(step), value) for step, value in zip(found.steps.tolist(), found.means.tolist(), strict=True)]

    def _colour(self) -> None:
        colours = self._theme.colours
        self.setBackground(colours.base)
        style_axes(self._plot, colours)
        self._plot.showGrid(x=False, y=True, alpha=0.15)
        self._set_margins()
        self.viewport().update()

    def place_numbers(self, shown: bool, titles: Sequence[str]) -> None:
        """Whether numbers stand below it, and the names of all plots, which have the same room at their right."""
        self.tells_place = shown
        self._column = column_width(QApplication.font(), titles)
        self._set_margins()

    def _set_margins(self) -> None:
        line = self.fontMetrics().height()
        bottom = self._plot.getAxis("bottom")
        bottom.setStyle(showValues=self.tells_place, hideOverlappingLabels=False)
        bottom.setHeight(math.ceil(_LINES_BELOW * line) if self.tells_place else 4)
        self._plot.layout.setContentsMargins(2, 6, self._column, 2)

    def show_runs(self, runs: Sequence[ShownRun]) -> None:
        """Other runs, the main one among them; what they have is drawn by `redraw`."""
        while len(self._drawn) > len(runs):
            self._drawn.pop().remove()
        while len(self._drawn) < len(runs):
            self._drawn.append(DrawnRun(self._plot))
        self._runs = list(runs)
        for drawn, run in zip(self._drawn, self._runs, strict=True):
            drawn.style(run)

    def set_axes(self, along: Along, is_log: bool) -> None:
        """What the runs are drawn over, and whether values are as their logarithms."""
        if is_log != self._is_log:
            self._y = self.y_zoom = None
        self._along, self._is_log = along, is_log
        bottom, left = self._plot.getAxis("bottom"), self._plot.getAxis("left")
        assert isinstance(bottom, RunAxis)
        assert isinstance(left, LogAxis)
        bottom.along, left.is_log, left.unit = along, is_log, axis_unit(self.figure)
        for axis in (bottom, left):
            axis.picture = None
            axis.update()

    def redraw(self, low: float, high: float, is_part: bool) -> None:
        """Draws a part of the axis, or all of it. A part has its own height."""
        if is_part != self._is_part:
            self._y = None
        self._is_part = is_part
        if not is_part:
            self.y_zoom = None
        if (low, high) != self._x:
            self._x = low, high
            # Behind the end of all there is room for the ring of a last epoch.
            self._plot.setXRange(low, high + (0.0 if is_part else _BEHIND * (high - low)), padding=0)
        alone = sum(run.part != "ghost" for run in self._runs) == 1
        pixels = max(int(self.frame.room.width()), _LEAST_PIXELS)
        for drawn, run in zip(self._drawn, self._runs, strict=True):
            view = SeenPart(low, high, pixels, self._along, self._is_log, raw=alone and run.part == "main")
            drawn.draw(run, self.figure, view)
        self._fit_height()
        self.viewport().update()

    def _fit_height(self) -> None:
        wanted = self.y_zoom or self._height_needed()
        if wanted is not None and wanted != self._y:
            self._y = wanted
            self._plot.setYRange(*wanted, padding=0)

    def _height_needed(self) -> tuple[float, float] | None:
        """From zero, or from the lowest value where that is far from it; as before where that does."""
        values = self._values_in_reach()
        if is_share(self.figure) and not (self._is_log or self._is_part):
            return -_BELOW, 1 + _BELOW
        if not len(values):
            return self._y or (0.0, 1.0)
        low, high = float(values.min()), float(values.max())
        if not (self._is_log or self._is_part) and 0 <= low < high / 2:
            low = 0.0
        if self._y:
            bottom, top = self._y
            if bottom <= low and high <= top and high - low >= _FILLED * (top - bottom):
                return self._y
        span = high - low or abs(high) or 1.0
        return low - _BELOW * span, high + _ABOVE * span

    def _values_in_reach(self) -> Floats:
        """What the plot is as high as. Of the run before only what is near: one that blew up would flatten this one."""
        own, before = self._values("main", "other"), self._values("ghost")
        if not len(own) or self._is_log:
            return np.concatenate([own, before])
        around = max(abs(float(own.min())), abs(float(own.max())))
        return np.concatenate([own, before[(before >= own.min() - around) & (before <= own.max() + around)]])

    def _values(self, *parts: str) -> Floats:
        drawn = [one for one, run in zip(self._drawn, self._runs, strict=True) if run.part in parts]
        lines = [y[np.isfinite(y)] for one in drawn for _, y in (one.smooth, one.validation)]
        return np.concatenate(lines or [np.empty(0)])

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """As many points as it has pixels."""
        super().resizeEvent(event)
        if getattr(self, "_runs", None):
            self.redraw(*self._x, self._is_part)

    def values_at(self, place: float | None) -> list[tuple[ShownRun, bool, float]]:
        """Of each run the smoothed value and that of the validation (True) at a place, or at its end; of the ghost one.

        At a place: of the validation that which comes next. The end is that of the part that is seen.
        """
        found = []
        for run in self._runs:
            training, validation = run.curves.training(self.figure), run.curves.validation(self.figure)
            value = checked = None
            if place is not None or self._is_part:
                step = run.curves.step_at(self._x[1] if place is None else place, self._along)
                read, check = training.at(step), validation.at(step)
                value, checked = read and read[0], check and check[1]
            if place is None:
                value = training.last_smooth if value is None else value
                checked = float(validation.means[-1]) if checked is None and len(validation.steps) else checked
            both = [(run, is_check, one) for is_check, one in ((False, value), (True, checked)) if one is not None]
            found += both[-1:] if run.part == "ghost" else both
        return found

    def _pills(self, frame: PlotFrame) -> Iterator[Pill]:
        ranks = {"main": 0, "other": 2, "ghost": 20}
        for number, (run, is_validation, value) in enumerate(self.values_at(self.cursor_at)):
            if self._is_log and value <= 0:
                continue
            height = math.log10(value) if self._is_log else value
            hue = run.validation_hue if is_validation else run.train_hue
            at = frame.pixel(self._x[0], height).y()
            rank = ranks[run.part] + (0 if is_validation else 1 if run.part == "main" else 8)
            end = None if self.cursor_at is not None else self._end_of(run, is_validation, height, frame)
            yield Pill(value_words(self.figure, value), hue, at, rank * 100 + number, is_validation, end)

    def _end_of(self, run: ShownRun, is_validation: bool, height: float, frame: PlotFrame) -> QPointF | None:
        """Where a curve ends, if it does so in sight."""
        curves = run.curves
        series = curves.validation(self.figure) if is_validation else curves.training(self.figure)
        pixel = frame.pixel(curves.place(series.steps[-1], self._along), height)
        return pixel if frame.room.adjusted(-1, -1, 1, 1).contains(pixel) else None

    def overlay(self) -> Overlay:
        """What lies over the curves now."""
        frame = self.frame
        marks = [
            PlacedMark(
                run.curves.place(mark.step, self._along),
                mark.text,
                run.train_hue if run.part == "other" else self._theme.colours.edge,
            )
            for run in self._runs
            if run.part != "ghost"
            for mark in run.curves.marks
        ]
        tag = self.place_words() if self.tells_place else ""
        below = self.viewport().height() - frame.room.bottom() - 1
        return Overlay(
            short_title(self.figure),
            marks,
            list(self._pills(frame)),
            self.cursor_at,
            self._looked_at(),
            tag,
            below,
            self.dragged,
        )

    def _looked_at(self) -> float | None:
        """Where along the axis that is, if the run is shown."""
        if self.looked_at is None:
            return None
        folder, step = self.looked_at
        found = (run.curves for run in self._runs if run.curves.folder == folder)
        return next((curves.place(step, self._along) for curves in found), None)

    def place_words(self) -> str:
        """What place is read: of the main run, or of the first one that is shown."""
        if self.cursor_at is None or not self._runs:
            return ""
        curves = next((run for run in self._runs if run.part == "main"), self._runs[0]).curves
        step = max(curves.step_at(self.cursor_at, self._along), 0.0)
        return f"step {step:,.0f} · epoch {step / curves.steps_per_epoch:.1f}"

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Over the curves, in pixels."""
        painter.save()
        painter.setFont(QApplication.font())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_overlay(painter, self.overlay(), self.frame, self._column, self._theme.colours)
        painter.restore()

    def words_at(self, pixel: QPointF) -> str:
        """Of a mark under the mouse, what happened there."""
        frame = self.frame
        near = [mark.text for mark in self.overlay().marks if abs(frame.pixel(mark.x, 0).x() - pixel.x()) <= _NEAR / 2]
        return "\n".join(dict.fromkeys(near)) if frame.room.contains(pixel) else ""

    def run_at(self, pixel: QPointF) -> ShownRun | None:
        """The run whose curve is under the mouse."""
        frame = self.frame
        best, found = _NEAR, None
        for run, drawn in zip(self._runs, self._drawn, strict=True):
            for x, y in (drawn.smooth, drawn.validation):
                distance = _distance(frame, x, y, pixel)
                if distance < best:
                    best, found = distance, run
        return found


def _distance(frame: PlotFrame, x: Floats, y: Floats, pixel: QPointF) -> float:
    """Pixels from a point to a line, straight up or down."""
    here = frame.place(pixel)[0]
    if not len(x) or not x[0] - 1e-9 <= here <= x[-1] + 1e-9:
        return math.inf
    value = float(np.interp(here, x, y))
    return abs(frame.pixel(here, value).y() - pixel.y()) if math.isfinite(value) else math.inf
