"""The time slider: looks inside with the weights of each epoch that is kept of the last run, one after the other."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from designer.engine.protocol.events import WeightsTaken
from designer.ui.run.bridge import Bridge
from designer.ui.widgets.flat_button import flat_button
from designer.ui.workbench.kept_runs import KeptRuns

_PLAY_MS = 450
_PLAY, _HALT = "▶", "■"


class TimeSlider(QWidget):
    """Seen once a run has ended of which two epochs are kept; its right end is what was learned last, "now".

    One epoch is asked for at a time: the newest wish waits until the one before has been shown.
    """

    def __init__(self, runs: KeptRuns, bridge: Bridge) -> None:
        super().__init__()
        self._runs, self._bridge = runs, bridge
        self._epochs: list[int] = []
        self._asked = self._waits = False
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("timeSlider")
        self.slider.setAccessibleName("Epoch that is looked into")
        self.slider.setToolTip("Drag to look inside with the weights of an earlier epoch")
        self.slider.valueChanged.connect(self._want)
        self._button = flat_button(_PLAY, "timePlay", "Play all epochs, from the first to now")
        self._button.clicked.connect(self._play_or_halt)
        self._label = QLabel("now")
        self._label.setProperty("role", "muted")
        self._label.setMinimumWidth(self._label.fontMetrics().horizontalAdvance("epoch 8888"))
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 2)
        row.setSpacing(6)
        row.addWidget(self._button)
        row.addWidget(self.slider, 1)
        row.addWidget(self._label)
        self._clock = QTimer(self, interval=_PLAY_MS)
        self._clock.timeout.connect(self._step)
        runs.changed.connect(self.refresh)
        bridge.training_changed.connect(lambda training: self.refresh())
        bridge.weights_taken.connect(self._taken)
        bridge.weights_told.connect(lambda event: self._answered())
        self.hide()

    def refresh(self) -> None:
        """Another run is the last one, or it has come further, or the network is another one."""
        kept = None if self._bridge.training else self._runs.to_go_on_with
        self._halt()
        self._epochs = self._kept_of(kept.folder) if kept else []
        self._asked = self._waits = False
        self.slider.blockSignals(True)
        self.slider.setRange(0, len(self._epochs))
        self.slider.setPageStep(max(len(self._epochs) // 10, 1))
        self.slider.setValue(len(self._epochs))
        self.slider.blockSignals(False)
        self._tell()
        self.setVisible(len(self._epochs) > 1)

    @staticmethod
    def _kept_of(folder: Path) -> list[int]:
        # Here, as the window needs no lines of runs at its start.
        from designer.engine.runs.run_folder import Run

        return Run(folder).epochs.epochs()

    @property
    def _epoch(self) -> int | None:
        """The epoch at the slider; None for now."""
        place = self.slider.value()
        return self._epochs[place] if place < len(self._epochs) else None

    def _want(self) -> None:
        self._tell()
        kept = self._runs.to_go_on_with
        if self._asked or kept is None:
            self._waits = kept is not None
            return
        self._asked = True
        self._runs.take_weights(kept.folder, self._epoch)

    def _taken(self, event: WeightsTaken) -> None:
        self._answered()

    def _answered(self) -> None:
        if not self._asked:
            return
        self._asked = False
        if self._waits:
            self._waits = False
            self._want()

    def _tell(self) -> None:
        epoch = self._epoch
        self._label.setText("now" if epoch is None else f"epoch {epoch}")

    def _play_or_halt(self) -> None:
        if self._clock.isActive():
            self._halt()
            return
        if self._epoch is None:
            self.slider.setValue(0)
        self._button.setText(_HALT)
        self._clock.start()

    def _step(self) -> None:
        """The next epoch, once the one before has been seen."""
        if self._asked:
            return
        if self._epoch is None:
            self._halt()
        else:
            self.slider.setValue(self.slider.value() + 1)

    def _halt(self) -> None:
        self._clock.stop()
        self._button.setText(_PLAY)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it play."""
        super().hideEvent(event)
        self._halt()
