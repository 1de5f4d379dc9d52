"""ModelOwner: what the engine's thread does. It alone touches models; it answers requests with events."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable

from designer.core import check
from designer.core.design import Design
from designer.core.inference import infer
from designer.data import sources
from designer.data.samples import DataError
from designer.engine.build import Model, build
from designer.engine.events import CaptureFailed, Event, Failed
from designer.engine.probe import Weights, capture
from designer.engine.requests import Close, Request, Show, Train, Watch
from designer.engine.session import TrainingSession

REFRESH_SECONDS = 0.25
"""While training, the watched block is shown this often."""


class ModelOwner:
    """Serves requests from `inbox`, at once while idle and between two batches while training."""

    def __init__(self, inbox: queue.SimpleQueue[Request], stop: threading.Event, emit: Callable[[Event], None]) -> None:
        self._inbox = inbox
        self._stop = stop
        self._emit = emit
        self._design: Design | None = None
        self._model: Model | None = None
        self._weights: Weights = "untrained"
        self._step = 0
        self._watch: Watch | None = None
        self._session: TrainingSession | None = None
        self._closing = False
        self._captured_at = 0.0

    def serve(self, first: Request) -> None:
        """Handles this request and all that follow, until one says to close."""
        self._handle(first)
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
            self._emit(Failed(str(error), "Choose another data source."))
            return
        self._session = TrainingSession(design, dataset, self._emit, between_batches=self._between_batches)
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
            self._emit(CaptureFailed(watch.block, "Mend the network first: it has no values yet."))
            return
        try:
            dataset = sources.load(self._design.data.source)
            self._emit(capture(self._model, dataset, watch, self._weights, self._step))
        except KeyError:
            self._emit(CaptureFailed(watch.block, "This block was added or renamed after the training began."))
        except Exception as error:
            self._emit(CaptureFailed(watch.block, f"It cannot be shown: {error}"))


def _take_over(model: Model, before: Model) -> bool:
    """Copies what fits in name and shape; whether all of the model's weights were copied."""
    old = before.state_dict()
    fitting = {
        name: old[name] for name, value in model.state_dict().items() if name in old and old[name].shape == value.shape
    }
    model.load_state_dict(fitting, strict=False)
    return len(fitting) == len(model.state_dict())
