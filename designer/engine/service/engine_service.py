"""EngineService: what the engine's thread does. It alone touches models; it answers requests with events."""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from designer.core.graph.binding import DataInfo
from designer.core.graph.design import Design
from designer.core.graph.network import NetworkError
from designer.core.inference.infer import infer
from designer.core.storage.writing import reason
from designer.core.validation import check
from designer.data import sources
from designer.data.samples import DataError
from designer.engine import timing
from designer.engine.inspection.probe import capture
from designer.engine.model.build import Model, build
from designer.engine.model.devices import TrainingError, check_memory
from designer.engine.protocol.events import (
    CaptureFailed,
    Event,
    Failed,
    MeasureFailed,
    Refused,
    Weights,
    WeightsFound,
    WeightsSaved,
    WeightsTold,
)
from designer.engine.protocol.refusals import refusal
from designer.engine.protocol.requests import (
    Adopt,
    Close,
    FindWeights,
    Keep,
    Measure,
    Request,
    SaveWeights,
    Show,
    Train,
    Watch,
)
from designer.engine.runs.checkpoint import save_state_dict
from designer.engine.runs.imported_weights import Arrays, adopt, kept_arrays, with_arrays
from designer.engine.runs.run_folder import RunError
from designer.engine.training.trainer import Trainer

REFRESH_SECONDS = 0.25
"""While training, the watched block is shown this often."""


@dataclass(frozen=True)
class Shown:
    """A model that can be looked into, and what it was built from."""

    design: Design
    model: Model
    weights: Weights = "untrained"
    step: int = 0

    def fits(self, design: Design) -> bool:
        """Whether this is the model of that design, too."""
        return self.is_of(design) and self.design.data == design.data

    def is_of(self, design: Design) -> bool:
        """Whether it has that design's network, whatever the data."""
        return dict(self.design.network.nodes) == dict(design.network.nodes)


class EngineService:
    """Serves requests from `inbox`, at once while idle and between two batches while training."""

    def __init__(self, inbox: queue.SimpleQueue[Request], emit: Callable[[Event], None]) -> None:
        self._inbox = inbox
        self._emit = emit
        self._shown: Shown | None = None
        self._trained: Shown | None = None
        self._is_others = False
        """Whether what was trained last belongs to a file that is no longer open."""
        self._arrays: Arrays | None = None
        self._adopted: Shown | None = None
        self._later: list[Adopt | Keep | Show | Train] = []
        self._reason = ""
        self._watch: Watch | None = None
        self._session: Trainer | None = None
        self._stop = threading.Event()
        """Set where the run that is under way is to end."""
        self._closing = False
        self._captured_at = 0.0

    def serve(self, first: Request) -> None:
        """Handles this request and all that follow, until one says to close."""
        request = first
        while True:
            self._answer(self._handle, request)
            while self._later:
                waiting = self._later.pop(0)
                if isinstance(waiting, Keep) or not self._closing:
                    self._answer(self._handle, waiting)
            if self._closing:
                return
            request = self._inbox.get()

    def _answer(self, handle: Callable[[Request], None], request: Request) -> None:
        """Handles a request. What goes wrong with it is told, and ends neither the thread nor a run."""
        try:
            handle(request)
        except Exception as error:  # a custom kind may raise anything
            traceback.print_exc()
            told = refusal(request, f"it went wrong: {error}", "", traceback.format_exc())
            if told:
                self._emit(told)

    def _handle(self, request: Request) -> None:
        if isinstance(request, Close):
            self._closing = True
        elif isinstance(request, Train):
            self._train(request)
        elif isinstance(request, Show):
            self._show(request)
        elif isinstance(request, Adopt):
            self._adopt(request)
        elif isinstance(request, Keep):
            self._keep(request)
        elif isinstance(request, FindWeights | SaveWeights):
            self._give_weights(request)
        elif isinstance(request, Measure):
            self._measure(request)
        else:
            self._watch = request
            self._capture()

    def _train(self, request: Train) -> None:
        design, self._stop = request.design, request.stop
        try:
            dataset = sources.load(design.data.source)
        except DataError as error:
            self._emit(Failed(str(error), "Choose another data source."))
            return
        adopted = self._adopted_for(design)
        start = adopted.model if adopted else None
        self._session = Trainer(design, dataset, self._emit, between_batches=self._between_batches, start=start)
        self._session.run()
        self._take_from_session("trained")
        if self._shown and self._shown.step:
            self._trained, self._is_others = self._shown, False
        self._session = None
        self._capture()

    def _take_from_session(self, weights: Weights) -> None:
        """The session's model is the one to look into, as soon as there is one."""
        assert self._session is not None
        if isinstance(self._session.model, Model):
            step = self._session.position.step
            self._shown = Shown(self._session.design, self._session.model, weights if step else "untrained", step)

    def _adopt(self, request: Adopt) -> None:
        """Takes weights that come from elsewhere, in place of those that were; none, where there is no such run."""
        self._adopted = None
        if self._shown and self._shown.weights == "imported":
            self._shown = None
        try:
            source = request.source
            self._arrays = kept_arrays(source) if isinstance(source, Path) else source
        except TrainingError as error:
            self._emit(WeightsTold(f"The weights cannot be used: {error}."))
            return
        if not self._arrays:
            return
        if self._adopted_for(request.design):
            self._shown = self._adopted if self._fitting_data(request.design) else None
            self._emit(WeightsTold("The imported weights are in: look inside, or train on from them."))
            self._capture()
        else:
            self._emit(WeightsTold("The imported weights wait until the network has no problems of its own."))

    def _adopted_for(self, design: Design) -> Shown | None:
        """The model with the weights from elsewhere, where this network is valid and they are all that it has."""
        if self._adopted and self._adopted.is_of(design):
            return self._adopted
        if not self._arrays or infer(design.network).problems:
            return None
        try:
            model = with_arrays(build(design.network), self._arrays)
        except (TrainingError, RuntimeError):  # it was changed: the weights are another network's
            return None
        self._adopted = Shown(design, model, "imported")
        return self._adopted

    def _keep(self, request: Keep) -> None:
        if not self._arrays:
            return
        try:
            adopt(request.folder, request.design, self._arrays)
        except (TrainingError, RunError) as error:
            self._emit(WeightsTold(f"The imported weights are not kept: {error}."))
            return
        self._emit(WeightsTold(f"The imported weights are kept in {request.folder.name}, beside the file."))

    def _give_weights(self, request: FindWeights | SaveWeights) -> None:
        found = self._weights_for(request.design)
        if isinstance(request, FindWeights):
            self._emit(WeightsFound(str(request.path), found.weights if found else "untrained"))
            return
        problem = "" if found else "There are no weights for this network."
        if found:
            try:
                save_state_dict(request.path, found.model)
            except OSError as error:
                problem = f"{request.path}: the weights cannot be written: {reason(error)}"
        self._emit(WeightsSaved(str(request.path), problem))

    def _weights_for(self, design: Design) -> Shown | None:
        """The model of this network that is being trained, was trained or has weights from elsewhere."""
        for known in (self._shown, self._trained):
            if known and known.is_of(design) and known.weights not in ("untrained", "partly"):
                return known
        return self._adopted_for(design)

    def _between_batches(self) -> None:
        assert self._session is not None
        while not self._inbox.empty():
            self._answer(self._handle_while_training, self._inbox.get())
        if self._stop.is_set() or self._closing:
            self._session.stop()
        elif time.perf_counter() - self._captured_at >= REFRESH_SECONDS:
            self._take_from_session("training")
            self._capture()

    def _handle_while_training(self, request: Request) -> None:
        """Does at once what leaves the model as it is; the rest waits for the end of the run, or is refused."""
        if isinstance(request, Watch):
            self._watch, self._captured_at = request, 0.0
        elif isinstance(request, Train) and not self._stop.is_set():
            self._emit(Refused("A run is under way: stop it first, or wait until it has ended."))
        elif isinstance(request, Adopt | Keep | Show | Train):
            self._put_off(request)
        elif isinstance(request, Close):
            self._closing = True
        else:
            self._take_from_session("training")
            self._handle(request)

    def _put_off(self, request: Adopt | Keep | Show | Train) -> None:
        """Until the run has ended. Of those that show a design, the last one alone has it as it is."""
        if isinstance(request, Show):
            earlier = [waiting for waiting in self._later if isinstance(waiting, Show)]
            self._later = [waiting for waiting in self._later if not isinstance(waiting, Show)]
            request = replace(request, is_another=any(show.is_another for show in (*earlier, request)))
        self._later.append(request)

    def _measure(self, request: Measure) -> None:
        """Measures, unless it is cancelled or the run that is under way is to end."""

        def cancelled() -> bool:
            return request.cancelled.is_set() or (self._session is not None and self._stop.is_set())

        try:
            dataset = sources.load(request.design.data.source)
            self._emit(timing.measure(request.design, dataset, cancelled))
        except timing.CancelledError:
            self._emit(MeasureFailed(""))
        except TrainingError as error:
            self._emit(MeasureFailed(f"{error}. {error.hint}"))
        except Exception as error:  # a custom kind's modules may raise anything
            traceback.print_exc()
            self._emit(MeasureFailed(f"It cannot be measured: {error}"))

    def _show(self, request: Show) -> None:
        """Builds the design's model, unless it is the one shown or the one trained last (as after an undo)."""
        design = request.design
        self._is_others = self._is_others or request.is_another
        for known in (self._shown, self._trained):
            if known and known.fits(design):
                self._shown = replace(known, design=design)
                return
        before = None if request.is_another else self._shown
        before, self._shown = before or (None if self._is_others else self._trained), None
        if not (before and before.is_of(design)):
            before = self._adopted_for(design) or before
        data = self._fitting_data(design)
        if data is None:
            return
        inference = infer(design.network)
        try:
            check_memory(design, inference, data, torch.device("cpu"))
            model = build(design.network, inference, design.training.seed)
        except Exception as error:  # a custom kind's modules may raise anything
            self._reason = f"It cannot be shown: {error}."
            return
        self._shown = _kept(before, design, model) if before else Shown(design, model)

    def _fitting_data(self, design: Design) -> DataInfo | None:
        """The data of a design without problems, with which its numbers would not be what they are called."""
        data = sources.info(design.data.source)
        if data is None or check.problems(design, data=data):
            self._reason = "Mend the network first: it has no values yet."
            return None
        return data

    def _capture(self) -> None:
        """Shows the watched block, or says why it cannot be shown."""
        self._captured_at = time.perf_counter()
        watch, shown = self._watch, self._shown
        if watch is None or self._closing:
            return
        if shown is None:
            self._emit(CaptureFailed(watch.block, self._reason or "There is no network to look into yet."))
            return
        try:
            dataset = sources.load(shown.design.data.source)
            if watch.sample >= len(dataset.test):  # asked for before the data became others
                self._emit(CaptureFailed(watch.block, f"There is no sample {watch.sample:,} in these data."))
                return
            self._emit(capture(shown.model, shown.design.network, dataset, watch, shown.weights, shown.step))
        except (KeyError, NetworkError):
            self._emit(CaptureFailed(watch.block, "This block was added or renamed after the training began."))
        except Exception as error:  # looking must not end the thread that trains
            traceback.print_exc()
            self._emit(CaptureFailed(watch.block, f"It cannot be shown: {error}"))


def _kept(before: Shown, design: Design, model: Model) -> Shown:
    """A new model with what it can keep of the weights before an edit, and whose they are then."""
    kept = _take_over(model, before.model)
    learned = before.weights != "untrained"
    if kept == len(model.state_dict()):
        is_other = learned and before.weights not in ("imported", "partly")
        return replace(before, design=design, model=model, weights="earlier" if is_other else before.weights)
    return Shown(design, model, "partly" if learned and kept else "untrained")


def _take_over(model: Model, before: Model) -> int:
    """Copies the weights that fit in name and shape; how many there are."""
    old = before.state_dict()
    fitting = {
        name: old[name] for name, value in model.state_dict().items() if name in old and old[name].shape == value.shape
    }
    model.load_state_dict(fitting, strict=False)
    return len(fitting)
