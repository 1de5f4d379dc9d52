"""The curves: loss and accuracy, raw and smoothed together, training and validation."""

from __future__ import annotations

import math
from functools import cached_property

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from designer.engine.protocol.events import BatchesEnded, EpochEnded, Failed, Started
from designer.ui.run.bridge import Bridge
from designer.ui.run.run_design import RunDesign
from designer.ui.style.theme import Theme
from designer.ui.widgets.plot_axes import PlotAxis, WholeAxis, style_axes
from designer.ui.widgets.series import Series

_FIRST_STEPS = 100
_CROWDED = 20
_LEAST_WIDTH, _LEAST_HEIGHT = 120, 68
"""Of a curve; kept free for it before it is there, as nothing may move when it comes."""


class Curve(pg.PlotWidget):
    """One figure over the steps: the raw training value faint, its average over it, validation as dots."""

    def __init__(self, title: str, theme: Theme) -> None:
        super().__init__(axisItems={"left": PlotAxis("left"), "bottom": WholeAxis("bottom")}, enableMenu=False)
        self.setAccessibleName(title)
        self.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
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
        self._validation.setSymbolSize(6)
        self._validation.setSymbolBrush(validation)
        self._validation.setSymbolPen(None)

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


_INVITATION = "Press Train (F5): loss and accuracy are drawn here while the network learns."
_COMING = "Preparing…"
"""Torch and the data may take seconds to come in."""


class CurvesPanel(QWidget):
    """Loss and accuracy side by side; before the first run, a word on what will be here, and no plots yet."""

    def __init__(self, bridge: Bridge, run_design: RunDesign, theme: Theme) -> None:
        super().__init__()
        self._run_design = run_design
        run_design.changed.connect(lambda: self._colour())
        self._theme, self._bridge = theme, bridge
        self._legend = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._empty = QLabel(_INVITATION)
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        plots = QWidget()
        column = QVBoxLayout(plots)
        column.setContentsMargins(0, 0, 0, 2)
        column.setSpacing(0)
        curves = QWidget()
        curves.setMinimumSize(2 * _LEAST_WIDTH, _LEAST_HEIGHT)
        self._row = QHBoxLayout(curves)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        column.addWidget(curves, 1)
        column.addWidget(self._legend)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(plots)
        bridge.training_changed.connect(self._training_changed)
        bridge.started.connect(self._started)
        bridge.batches_ended.connect(self._batches_ended)
        bridge.epoch_ended.connect(self._epoch_ended)
        bridge.failed.connect(self._failed)
        theme.changed.connect(self._colour)
        self._colour()

    @cached_property
    def loss(self) -> Curve:
        """Its plot, made when it is first wanted."""
        curve = Curve("Loss", self._theme)
        self._row.insertWidget(0, curve)
        return curve

    @cached_property
    def accuracy(self) -> Curve:
        """Its plot, made when it is first wanted."""
        curve = Curve("Accuracy", self._theme)
        self._row.addWidget(curve)
        return curve

    def _training_changed(self, training: bool) -> None:
        """The plots are made before the first batch: they would hold up the window while it learns."""
        self._empty.setText(_COMING if training else _INVITATION)
        if training:
            for curve in (self.loss, self.accuracy):
                curve.ensurePolished()

    def _colour(self) -> None:
        train, validation = self._theme.curve_hues
        self._legend.setText(
            f"<span style='color:{train}'>━</span> training (faint: every batch) &nbsp;&nbsp; "
            f"<span style='color:{validation}'>●</span> validation"
            + (" &nbsp;·&nbsp; before the last edits" if self._run_design.difference else "")
        )

    def _started(self, event: Started) -> None:
        self._stack.setCurrentIndex(1)
        self.loss.start(event.steps, 1e-6)
        self.accuracy.start(event.steps, 1.0)
        self.accuracy.setVisible(True)

    def show_another(self) -> None:
        """Another design is open: curves of one that was trained before are gone; a run under way is drawn on."""
        if not self._bridge.training:
            self._stack.setCurrentIndex(0)

    def _batches_ended(self, event: BatchesEnded) -> None:
        losses, accuracies = event.metrics["loss"], event.metrics.get("accuracy")
        self.loss.series.extend(losses)
        self.loss.grow_to(float(losses.max()))
        self.loss.repaint_points()
        self.accuracy.setVisible(accuracies is not None)
        if accuracies is not None:
            self.accuracy.series.extend(accuracies)
        self.accuracy.repaint_points()

    def _epoch_ended(self, event: EpochEnded) -> None:
        for curve, name in ((self.loss, "val_loss"), (self.accuracy, "val_accuracy")):
            if name in event.metrics:
                curve.show_validation(event.step, event.metrics[name])

    def _failed(self, event: Failed) -> None:
        if self.loss.series.count == 0:
            self._stack.setCurrentIndex(0)
