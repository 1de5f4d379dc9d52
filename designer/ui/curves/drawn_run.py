"""A run as lines of one plot: raw faint, smoothed, validation with its dots, and a ring around the best epoch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from designer.ui.curves.hues import ShownRun
from designer.ui.curves.options import Along
from designer.ui.widgets.series import Floats, SeenPoints, Series

_CROWDED = 40
_FAINT = 90
_LAYER = {"ghost": 0, "other": 20, "main": 40}


@dataclass(frozen=True)
class SeenPart:
    """What is to be seen of all runs: a part of the axis, at so many pixels."""

    low: float
    high: float
    pixels: int
    along: Along
    is_log: bool
    raw: bool


class DrawnRun:
    """The items of one run in a plot. What they hold depends on the pixels of the plot, and not on the run."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self._plot = plot
        self._raw, self._smooth, self._validation = (pg.PlotCurveItem() for _ in range(3))
        self._dots, self._ring = pg.ScatterPlotItem(pxMode=True), pg.ScatterPlotItem(pxMode=True)
        self._items = (self._raw, self._smooth, self._validation, self._dots, self._ring)
        for item in self._items:
            plot.addItem(item, ignoreBounds=True)
        self.smooth: tuple[Floats, Floats] = _EMPTY
        """Places and values as they are drawn, for who looks for the curve under the mouse."""
        self.validation: tuple[Floats, Floats] = _EMPTY

    def remove(self) -> None:
        """Takes it out of the plot."""
        for item in self._items:
            self._plot.removeItem(item)

    def style(self, run: ShownRun) -> None:
        """Its colours and strokes."""
        faint = QColor(run.train_hue)
        faint.setAlpha(_FAINT)
        style = Qt.PenStyle.DotLine if run.dotted else Qt.PenStyle.SolidLine
        self._raw.setPen(pg.mkPen(faint, width=1))
        self._smooth.setPen(pg.mkPen(run.train_hue, width=1.4 if run.part == "ghost" else 2, style=style))
        self._validation.setPen(pg.mkPen(run.validation_hue, width=1.5, style=Qt.PenStyle.DashLine))
        self._dots.setBrush(pg.mkBrush(run.validation_hue))
        self._dots.setPen(pg.mkPen(None))
        self._ring.setPen(pg.mkPen(run.validation_hue, width=1.6))
        self._ring.setBrush(pg.mkBrush(None))
        for height, item in enumerate(self._items):
            item.setZValue(_LAYER[run.part] + height)

    def draw(self, run: ShownRun, figure: str, view: SeenPart) -> None:
        """Its figure in a part of the axis."""
        curves = run.curves
        low, high = (curves.step_at(place, view.along) for place in (view.low, view.high))
        training, validation = curves.training(figure), curves.validation(figure)
        seen = training.seen(low, high, view.pixels)
        places = curves.places(seen.steps, view.along)
        self.smooth = places, _scaled(seen.smooth, view.is_log)
        self._smooth.setData(*self.smooth, connect="finite")
        raw = _raw_line(places, seen, view) if view.raw else _EMPTY
        # Of joined steps it is a faint area, drawn in half of the time without soft edges.
        self._raw.setData(*raw, connect="finite", antialias=len(raw[0]) <= len(places))
        points = validation.seen(low, high, view.pixels)
        self.validation = curves.places(points.steps, view.along), _scaled(points.mean, view.is_log)
        self._validation.setData(*self.validation, connect="finite")
        self._draw_dots(run, validation if len(points.steps) else curves.epoch_training(figure), view)

    def _draw_dots(self, run: ShownRun, epochs: Series, view: SeenPart) -> None:
        """Of the validations, and the ring around the best of the epochs."""
        curves, (x, y) = run.curves, self.validation
        shown = np.isfinite(y)
        self._dots.setData(x[shown], y[shown], size=3 if len(x) > _CROWDED else 6)
        best = epochs.at(curves.best_step) if curves.best_step and run.part != "ghost" else None
        value = _scaled(np.array([best[1]]), view.is_log) if best else np.empty(0)
        at = [curves.place(curves.best_step, view.along)] * len(value)
        self._ring.setData(at, value, size=12)

    def draw_as_pixels(self, kept: bool) -> None:
        """Whether dots are small pictures, which is quick, or drawn each."""
        for item in (self._dots, self._ring):
            item.opts["useCache"] = kept


_EMPTY: tuple[Floats, Floats] = (np.empty(0), np.empty(0))


def _scaled(values: Floats, is_log: bool) -> Floats:
    """As they are, or their logarithms; what has none is left out."""
    if not is_log:
        return values
    return np.log10(np.where(values > 0, values, np.nan))


def _raw_line(places: Floats, seen: SeenPoints, view: SeenPart) -> tuple[Floats, Floats]:
    """A line through the smallest and largest value of each bucket, so that no peak is lost."""
    if np.array_equal(seen.low, seen.high):
        return places, _scaled(seen.mean, view.is_log)
    pairs = np.stack([seen.low, seen.high], axis=1).reshape(-1)
    return np.repeat(places, 2), _scaled(pairs, view.is_log)
