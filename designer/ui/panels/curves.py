"""The curves: loss and accuracy, raw and smoothed together, training and validation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from designer.engine.protocol.events import BatchesEnded, EpochEnded, Failed, Started
from designer.ui.run.bridge import Bridge
from designer.ui.run.run_design import RunDesign
from designer.ui.style.theme import Theme
from designer.ui.widgets.timers import TurnByTurn

if TYPE_CHECKING:
    from designer.ui.panels.curve import Curve

_LEAST_WIDTH, _LEAST_HEIGHT = 120, 68
"""Of a curve; kept free for it before it is there, as nothing may move when it comes."""
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
        self._validates = True
        self._legend = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._empty = QLabel(_INVITATION)
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setMargin(8)
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
        self._making = TurnByTurn(self)
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
        curve = self._curve("Loss")
        self._row.insertWidget(0, curve)
        return curve

    @cached_property
    def accuracy(self) -> Curve:
        """Its plot, made when it is first wanted."""
        curve = self._curve("Accuracy")
        self._row.addWidget(curve)
        return curve

    def _curve(self, title: str) -> Curve:
        self._theme.prepare_plots()
        from designer.ui.panels.curve import Curve

        curve = Curve(title, self._theme)
        curve.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        # A plot hints at the size that it has: after it was alone the other one would be left too little.
        curve.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        return curve

    def _training_changed(self, training: bool) -> None:
        """The plots are made before the first batch: they would hold up the window while it learns."""
        self._empty.setText(_COMING if training else _INVITATION)
        if training:
            self._making.begin(self._made())

    def _made(self) -> Iterator[None]:
        """The plots, each in a turn of its own."""
        for name in ("loss", "accuracy"):
            getattr(self, name).ensurePolished()
            yield

    def _colour(self) -> None:
        train, validation = self._theme.curve_hues
        self._legend.setText(
            f"<span style='color:{train}'>━</span> training (faint: every batch)"
            + (f" &nbsp;&nbsp; <span style='color:{validation}'>●</span> validation" if self._validates else "")
            + (" &nbsp;·&nbsp; before the last edits" if self._run_design.difference else "")
        )

    def _started(self, event: Started) -> None:
        self._stack.setCurrentIndex(1)
        self._validates = event.validation_samples > 0
        self._colour()
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
