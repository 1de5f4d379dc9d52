"""Worker: the one thread that touches models. Others send it requests; it answers with events.

Requests are served at once while it is idle, and between two batches while it trains.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from designer.core import check
from designer.core.design import Design
from designer.core.inference import infer
from designer.data import sources
from designer.data.samples import DataError
from designer.engine.build import Model, build
from designer.engine.events import CaptureFailed, Event, Failed
from designer.engine.probe import Watch, Weights, capture
from designer.engine.session import TrainingSession

REFRESH_SECONDS = 0.25
"""While training, the watched block is shown this often."""


@dataclass(frozen=True)
class Train:
    """Start a run of this design, with fresh weights."""

    design: Design


@dataclass(frozen=True)
class Show:
    """The design has changed while nothing is trained: look into this one from now on."""

    design: Design


@dataclass(frozen=True)
class Close:
    """End the thread."""


Request = Train | Show | Close | Watch


@dataclass
class Worker:
    """Owns the thread. `emit` is called on it, with every event."""

    emit: Callable[[Event], None]
    _inbox: queue.SimpleQueue[Request] = field(default_factory=queue.SimpleQueue)
    _design: Design | None = None
    _model: Model | None = None
    _weights: Weights = "untrained"
    _step: int = 0
    _watch: Watch | None = None
    _session: TrainingSession | None = None
    _closing: bool = False
    _captured_at: float = 0.0

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve_forever, name="designer-engine", daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> None:
        """Sends a request; returns at once."""
        if isinstance(request, Train):
            self._stop.clear()
        self._inbox.put(request)

    def stop_training(self) -> None:
        """Ends the run that is under way, or the one that is about to start, within one batch."""
        self._stop.set()

    def close(self, timeout: float = 10.0) -> bool:
        """Ends training and the thread, and waits for it; False if it has not ended in time."""
        self._stop.set()
        self._inbox.put(Close())
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _serve_forever(self) -> None:
        while not self._closing:
            self._handle(self._inbox.get())

    def _handle(self, request: Request) -> None:
        if isinstance(request, Close):
            self._closing = True
        elif isinstance(request, Train):
            self._train(request.design)
        elif isinstance(request, Show):
            self._show(request.design)
        else:
            self._watch = request
            self._capture()

    def _train(self, design: Design) -> None:
        try:
            dataset = sources.load(design.data.source)
        except DataError as error:
            self.emit(Failed(str(error), "Choose another data source."))
            return
        self._session = TrainingSession(design, dataset, self.emit, between_batches=self._between_batches)
        self._design = design
        self._session.run()
        if isinstance(self._session.model, Model):
            self._model, self._step = self._session.model, self._session.position.step
            self._weights = "trained" if self._step else "untrained"
        self._session = None
        self._capture()

    def _between_batches(self) -> None:
        assert self._session is not None
        while not self._inbox.empty():
            request = self._inbox.get()
            if isinstance(request, Watch):
                self._watch, self._captured_at = request, 0.0
            elif isinstance(request, Close):
                self._closing = True
                self._stop.set()
        if self._stop.is_set():
            self._session.stop()
        elif time.perf_counter() - self._captured_at >= REFRESH_SECONDS:
            assert isinstance(self._session.model, Model)
            self._model, self._weights = self._session.model, "training"
            self._step = self._session.position.step
            self._capture()

    def _show(self, design: Design) -> None:
        """Takes over the weights of the blocks that are as they were, so that a look inside stays meaningful."""
        same = self._design is not None and dict(self._design.network.nodes) == dict(design.network.nodes)
        if same and self._model is not None and self._design is not None and self._design.data == design.data:
            self._design = design
            return
        self._design, self._watch = design, None
        before, self._model = self._model, None
        data = sources.info(design.data.source)
        if data is None or check.problems(design, infer(design.network), data):
            self._model = None
            return
        self._model = build(design.network, seed=design.training.seed)
        if before is None or not _take_over(self._model, before):
            self._weights, self._step = "untrained", 0

    def _capture(self) -> None:
        """Shows the watched block, or says why it cannot be shown."""
        self._captured_at = time.perf_counter()
        watch = self._watch
        if watch is None or self._closing:
            return
        if self._design is None or self._model is None:
            self.emit(CaptureFailed(watch.block, "Mend the network first: it has no values yet."))
            return
        try:
            dataset = sources.load(self._design.data.source)
            self.emit(capture(self._model, dataset, watch, self._weights, self._step))
        except KeyError:
            self.emit(CaptureFailed(watch.block, "This block was added or renamed after the training began."))
        except Exception as error:
            self.emit(CaptureFailed(watch.block, f"It cannot be shown: {error}"))


def _take_over(model: Model, before: Model) -> bool:
    """Copies what fits in name and shape; whether all of the model's weights were copied."""
    old = before.state_dict()
    fitting = {
        name: old[name] for name, value in model.state_dict().items() if name in old and old[name].shape == value.shape
    }
    model.load_state_dict(fitting, strict=False)
    return len(fitting) == len(model.state_dict())
