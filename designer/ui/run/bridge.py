"""The one place where engine events become Qt signals: one queue, one timer."""

from __future__ import annotations

import queue
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from designer.core.graph.design import Design
from designer.engine.protocol.events import (
    ActivationsCaptured,
    BatchesEnded,
    CaptureFailed,
    ClassesCounted,
    Continued,
    DataRead,
    Diagnosed,
    Done,
    EpochEnded,
    Event,
    Failed,
    Finished,
    Measured,
    MeasureFailed,
    Noticed,
    Paused,
    RateFound,
    RateNotFound,
    RatesTried,
    Refused,
    SettingsChanged,
    Started,
    WeightsFound,
    WeightsSaved,
    WeightsTaken,
    WeightsTold,
    Written,
)
from designer.engine.protocol.requests import (
    Cancel,
    ChangeSettings,
    Continue,
    FindRate,
    Measure,
    Pause,
    Request,
    Train,
    Watch,
    Write,
)
from designer.engine.service.worker import Worker
from designer.ui.run.gc_control import GarbageCollector
from designer.ui.run.plot_library import PlotLibrary

if TYPE_CHECKING:
    from designer.data.samples import Array

INTERVAL_MS = 20
_MOST_WAITING = 12
_TOLD = (Train.name(), ChangeSettings.name())
"""The requests whose refusal a person is told: that of others is told by an event of their own."""


class Bridge(QObject):
    """Hands requests to the engine's thread, and its events to the window, on the window's thread."""

    started = Signal(object)
    data_read = Signal(object)
    batches_ended = Signal(object)
    epoch_ended = Signal(object)
    captured = Signal(object)
    capture_failed = Signal(object)
    paused = Signal(object)
    continued = Signal(object)
    settings_changed = Signal(object)
    weights_taken = Signal(object)
    weights_told = Signal(object)
    weights_found = Signal(object)
    weights_saved = Signal(object)
    written = Signal(object)
    classes_counted = Signal(object)
    measured = Signal(object)
    measure_failed = Signal(object)
    rates_tried = Signal(object)
    rate_found = Signal(object)
    rate_not_found = Signal(object)
    noticed = Signal(object)
    diagnosed = Signal(object)
    refused = Signal(object)
    failed = Signal(object)
    finished = Signal(object)
    training_changed = Signal(bool)
    rest_changed = Signal(bool)
    """Whether the run that is under way is paused."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Event] = deque()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._collector = GarbageCollector(self)
        self._torch_is_in = False
        self.plots = PlotLibrary(self)
        """What is drawn of what the engine tells needs it: it comes in on the engine's thread, before torch."""
        self._worker = Worker(self._events.put, self.plots.load)
        self._training = False
        self._is_paused = False
        self._has_run = False
        """Whether a run has begun, and not ended."""
        self._heard_at = 0.0
        """When an event of a run came in last, by `time.monotonic`."""
        self._measure: Measure | None = None
        self._signals = {
            Started: self.started,
            DataRead: self.data_read,
            BatchesEnded: self.batches_ended,
            EpochEnded: self.epoch_ended,
            ActivationsCaptured: self.captured,
            CaptureFailed: self.capture_failed,
            Paused: self.paused,
            Continued: self.continued,
            SettingsChanged: self.settings_changed,
            WeightsTaken: self.weights_taken,
            WeightsTold: self.weights_told,
            WeightsFound: self.weights_found,
            WeightsSaved: self.weights_saved,
            Written: self.written,
            ClassesCounted: self.classes_counted,
            Measured: self.measured,
            MeasureFailed: self.measure_failed,
            RatesTried: self.rates_tried,
            RateFound: self.rate_found,
            RateNotFound: self.rate_not_found,
            Noticed: self.noticed,
            Diagnosed: self.diagnosed,
            Refused: self.refused,
            Failed: self.failed,
            Finished: self.finished,
        }
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._drain)
        self._timer.start()

    @property
    def training(self) -> bool:
        """Whether a run is under way, or about to start."""
        return self._training

    @property
    def has_run(self) -> bool:
        """Whether a run has begun, and not ended."""
        return self._has_run

    @property
    def is_paused(self) -> bool:
        """Whether the run that is under way rests."""
        return self._is_paused

    @property
    def silent_seconds(self) -> float:
        """For how long nothing has come from the engine, nor has it looked whether it is asked for something."""
        return time.monotonic() - max(self._heard_at, self._worker.looked_at)

    def train(self, request: Train) -> None:
        """Starts a run, or goes on with one."""
        self._set_training(True)
        self._worker.submit(request)

    def pause(self) -> None:
        """Lets the run rest behind the batch at hand."""
        self._worker.submit(Pause())

    def go_on(self) -> None:
        """Goes on with the run that rests."""
        self._worker.submit(Continue())

    def change_settings(self, design: Design) -> None:
        """Gives the run that is under way the training settings of this design."""
        self._worker.submit(ChangeSettings(design))

    def stop(self) -> None:
        """Ends the run within one batch."""
        self._worker.stop_training()

    def request(self, request: Request) -> None:
        """Asks for anything else; a design is shown once the one that is trained has ended."""
        self._worker.submit(request)

    def watch(
        self, block: str, sample: int, view: str = "", watcher: str = "", own: Mapping[str, Array] | None = None
    ) -> None:
        """Asks for what a block gives for a sample, or for one's own; without a view, for what tells most of it."""
        self.request(Watch(block, sample, view, watcher, own))

    def write(self, beginning: str, length: int, temperature: float, seed: int) -> str:
        """Has the network that is looked into go on with a text; the id that what it writes is told with."""
        request = Write(beginning, length, temperature, seed)
        self.request(request)
        return request.id

    def find_rate(self, design: Design, going_on: Path | None = None) -> str:
        """Tries learning rates for a design, perhaps from where a run ended; the id that what is tried is told with."""
        request = FindRate(design, going_on=going_on)
        self.request(request)
        return request.id

    def cancel(self, of: str) -> None:
        """Ends what a request has begun: a text after the token at hand, trying rates after the step at hand."""
        self.request(Cancel(of))

    def measure(self, design: Design) -> None:
        """Asks how long each block takes: at once, or, while training, between two batches."""
        self._measure = Measure(design)
        self._worker.submit(self._measure)

    def stop_measuring(self) -> None:
        """Ends measuring after the run at hand."""
        if self._measure:
            self._worker.submit(Cancel(self._measure.id))
            self._measure = None

    def close(self) -> bool:
        """Ends training and the thread; whether it has ended in time."""
        self._timer.stop()
        self.stop_measuring()
        self.plots.close()
        ended = self._worker.close()
        self._collector.stop()
        return ended

    def _set_training(self, training: bool) -> None:
        if training != self._training:
            self._training = training
            self._heard_at = time.monotonic() if training else 0.0
            self.training_changed.emit(training)

    def _set_paused(self, paused: bool) -> None:
        if paused != self._is_paused:
            self._is_paused = paused
            self.rest_changed.emit(paused)

    def _drain(self) -> None:
        """Emits what has come in, one event a tick, so that what they repaint does not fall into one long turn."""
        while not self._events.empty():
            self._heard_at = time.monotonic() if self._training else 0.0
            self._take(self._events.get())
        for _ in range(max(len(self._waiting) - _MOST_WAITING, 1)):
            if self._waiting:
                self._tell(self._waiting.popleft())

    def _take(self, event: Event) -> None:
        """Queues an event; a capture that still waits is dropped for its watcher's newer one: only that would be seen.

        Other events tell what became of a request; of the answers those count which refuse a second run or settings.
        """
        if isinstance(event, Done) or (isinstance(event, Refused) and event.kind not in _TOLD):
            return
        if not self._torch_is_in or isinstance(event, Started):
            self._torch_is_in = True
            self._collector.leave_alone()
        if isinstance(event, ActivationsCaptured):
            self._waiting = deque(
                old
                for old in self._waiting
                if not (isinstance(old, ActivationsCaptured) and old.watcher == event.watcher)
            )
        self._waiting.append(event)

    def _tell(self, event: Event) -> None:
        if isinstance(event, Started):
            self._has_run = True
            self._set_training(True)  # of a run that waited for another one to end
        if isinstance(event, Failed | Finished):
            self._has_run = False
            self._set_paused(False)
            self._set_training(False)
        if isinstance(event, Paused | Continued):
            self._set_paused(isinstance(event, Paused))
        if isinstance(event, Refused) and not self._has_run:
            return  # that it has failed to begin was told
        self._signals[type(event)].emit(event)
