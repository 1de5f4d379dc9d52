"""The time slider: looks inside with the weights of each epoch of the last run that is kept, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from designer.engine.protocol.events import WeightsTaken
from designer.ui.run.bridge import Bridge
from designer.ui.style.labels import plural
from designer.ui.widgets.flat_button import flat_button
from designer.ui.workbench.kept_runs import KeptRuns

_PLAY_MS, _SPARE = 450, 4
_PLAY, _HALT = "▶", "■"
_OTHER = -1
"""What is looked at are the weights of another run."""
_TIP = "Drag to look inside with the weights of an earlier epoch"


def nearest(kept: Sequence[int], epoch: int) -> int:
    """The kept epoch that is nearest to one, the earlier of two."""
    return min(kept, key=lambda other: (abs(other - epoch), other))


class TimeSlider(QWidget):
    """Seen once a run has ended of which two epochs are kept; its right end is what was learned last, "now".

    Every epoch has its place, so that time is even. One whose weights made room for others is told so, and the nearest
    that is kept is looked at. One is asked for at a time: the newest wish waits until the one before has been shown.
    """

    def __init__(self, runs: KeptRuns, bridge: Bridge) -> None:
        super().__init__()
        self._runs, self._bridge = runs, bridge
        self._kept: list[int] = []
        self._looked_at: int | None = None
        """The epoch whose weights are looked at, or asked for; None for now."""
        self._asked = self._waits = False
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("timeSlider")
        self.slider.setAccessibleName("Epoch that is looked into")
        self.slider.valueChanged.connect(self._want)
        self._button = flat_button(_PLAY, "timePlay", "Play all epochs that are kept, from the first to now")
        self._button.clicked.connect(self._play_or_halt)
        self.label = QLabel("now")
        self.label.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 2)
        row.setSpacing(6)
        row.addWidget(self._button)
        row.addWidget(self.slider, 1)
        row.addWidget(self.label)
        self._clock = QTimer(self, interval=_PLAY_MS)
        self._clock.timeout.connect(self._step)
        runs.changed.connect(self.refresh)
        bridge.training_changed.connect(lambda training: self.refresh())
        bridge.weights_taken.connect(self._taken)
        bridge.weights_told.connect(lambda event: self._refused())
        self.hide()

    def refresh(self) -> None:
        """Another run is the last one, or it has come further, or the network is another one."""
        kept = None if self._bridge.training else self._runs.to_go_on_with
        self._halt()
        self._kept = self._kept_of(kept.folder) if kept else []
        last = max(kept.epochs, *self._kept) if kept and self._kept else 0
        self._asked = self._waits = False
        self._looked_at = None
        first = self._kept[0] if self._kept else 0
        self.slider.blockSignals(True)
        self.slider.setRange(first, last + 1)
        self.slider.setPageStep(max((last - first) // 10, 1))
        self.slider.setValue(last + 1)
        self.slider.blockSignals(False)
        self._tell_kept(last - first + 1)
        self._tell()
        self.setVisible(len(self._kept) > 1)

    @staticmethod
    def _kept_of(folder: Path) -> list[int]:
        # Here, as the window needs no lines of runs at its start.
        from designer.engine.runs.run_folder import Run

        return Run(folder).epochs.epochs()

    def _tell_kept(self, epochs: int) -> None:
        """How many there are, and room for the longest words beside the slider, so that it stays where it is."""
        kept, digits = len(self._kept), "8" * len(str(self.slider.maximum()))
        are_all = kept == epochs
        words = f"epoch {digits}" if are_all else f"{digits} is not kept: epoch {digits}"
        self.label.setMinimumWidth(self.label.fontMetrics().horizontalAdvance(words) + _SPARE)
        some = f". Of {plural(epochs, 'epoch')} {kept:,} have their weights kept: the others made room for them"
        self.slider.setToolTip(_TIP if are_all else _TIP + some)

    @property
    def _wanted(self) -> int | None:
        """The epoch at the slider; None for now."""
        return self.slider.value() if self.slider.value() < self.slider.maximum() else None

    @property
    def _epoch(self) -> int | None:
        """The one that is looked at for it."""
        return None if self._wanted is None or not self._kept else nearest(self._kept, self._wanted)

    def _want(self) -> None:
        self._tell()
        kept = self._runs.to_go_on_with
        if self._asked or kept is None:
            self._waits = kept is not None
            return
        if self._epoch == self._looked_at:
            return
        self._asked, self._looked_at = True, self._epoch
        self._runs.take_weights(kept.folder, self._epoch)

    def _taken(self, event: WeightsTaken) -> None:
        if self._asked:
            self._answered()
            return
        kept = self._runs.last  # somebody else has asked, it may be for those of another run
        is_own = kept is not None and str(kept.folder) == event.folder
        self._looked_at = (None if event.is_last else event.epoch) if is_own else _OTHER

    def _refused(self) -> None:
        """The weights cannot be read, or are gone since: then the nearest that is still there is looked at."""
        kept = self._runs.to_go_on_with
        if self._asked and kept is not None:
            there = self._kept_of(kept.folder)
            self._waits = self._waits or there != self._kept
            self._kept = there
        self._answered()

    def _answered(self) -> None:
        if not self._asked:
            return
        self._asked = False
        if self._waits:
            self._waits = False
            self._want()

    def _tell(self) -> None:
        wanted, epoch = self._wanted, self._epoch
        told = "now" if epoch is None else f"epoch {epoch}"
        self.label.setText(told if wanted == epoch else f"{wanted} is not kept: {told}")

    def _play_or_halt(self) -> None:
        if self._clock.isActive():
            self._halt()
            return
        if self._epoch is None:
            self.slider.setValue(self.slider.minimum())
        self._button.setText(_HALT)
        self._clock.start()

    def _step(self) -> None:
        """The next epoch that is kept, once the one before has been seen."""
        if self._asked:
            return
        epoch = self._epoch
        if epoch is None:
            self._halt()
        else:
            self.slider.setValue(next((later for later in self._kept if later > epoch), self.slider.maximum()))

    def _halt(self) -> None:
        self._clock.stop()
        self._button.setText(_PLAY)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody sees it play."""
        super().hideEvent(event)
        self._halt()
