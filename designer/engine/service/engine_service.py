"""EngineService: what the engine's thread does. It alone touches models; it answers requests with events."""

from __future__ import annotations

import queue
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from designer.data.errors import Cancelled, DataError
from designer.engine import timing
from designer.engine.model.devices import TrainingError
from designer.engine.protocol.events import (
    Event,
    Failed,
    Finished,
    MeasureFailed,
    Started,
)
from designer.engine.protocol.refusals import refusal
from designer.engine.protocol.requests import (
    Adopt,
    Cancel,
    ChangeSettings,
    Close,
    Continue,
    CountClasses,
    FindRate,
    FindWeights,
    Keep,
    Measure,
    Pause,
    Request,
    SaveWeights,
    Show,
    Stop,
    TakeWeights,
    Train,
    Unwatch,
    Watch,
    Write,
)
from designer.engine.runs.run_errors import RunError
from designer.engine.runs.trained_weights import WeightsError, trained_weights
from designer.engine.service.answers import Answers
from designer.engine.service.class_counts import ClassCountRequests
from designer.engine.service.data_reading import read_data
from designer.engine.service.early_ends import EarlyEnds
from designer.engine.service.inbox import Inbox
from designer.engine.service.models import Models, learned
from designer.engine.service.rate_searches import UNDER_WAY, RateSearches
from designer.engine.service.run_folders import folder_of, goes_on, not_opened
from designer.engine.service.watchers import Watchers
from designer.engine.service.weights import WeightRequests
from designer.engine.service.writings import Writings
from designer.engine.training.trainer import Trainer


class EngineService:
    """Serves requests from `inbox`, at once while idle and between two batches while training.

    A handler answers a request that it refuses, and gives True for one whose answer comes later; all others are done
    when it comes back.
    """

    def __init__(self, inbox: Inbox, emit: Callable[[Event], None], answers: Answers, ends: EarlyEnds) -> None:
        self._inbox = inbox
        self._emit = emit
        self._answers = answers
        self._ends = ends
        self._models = Models()
        self._watchers = Watchers(emit, answers, ends)
        self._writings = Writings(emit, answers, ends)
        self._counts = ClassCountRequests(inbox, emit, answers, ends)
        self._weights = WeightRequests(self._models, emit, answers, self._show_all)
        self._searches = RateSearches(emit, answers, ends, self._between_rates)
        self._later: list[Adopt | CountClasses | FindRate | Keep | Show | TakeWeights | Train] = []
        """What waits for the end of the run, or of a search."""
        self._session: Trainer | None = None
        self._run = ""
        """The id of the request whose run is under way, or was the last."""
        self._measurements_ended: set[str] = set()
        """Ids of those that were ended early."""
        self._is_paused = self._rests = False
        """Whether it is to rest, and whether it does."""
        self._closing: Close | None = None
        self._handlers: dict[type[Request], Callable[[Any], bool | None]] = {
            Train: self._train,
            Stop: self._stop,
            Pause: self._pause,
            Continue: self._continue,
            ChangeSettings: self._change,
            Cancel: self._cancel,
            Show: self._show,
            TakeWeights: self._weights.take,
            Watch: self._watch,
            Unwatch: self._unwatch,
            Write: self._write,
            CountClasses: self._count,
            Adopt: self._weights.adopt,
            Keep: self._weights.keep,
            FindWeights: self._weights.find,
            SaveWeights: self._weights.save,
            Measure: self._measure,
            FindRate: self._find_rate,
            Close: self._close,
        }

    def serve(self, first: Request) -> None:
        """Handles this request and all that follow, until one says to close."""
        request = first
        while True:
            self._answer(self._handle, request)
            while self._later:
                waiting = self._later.pop(0)
                if self._closing and not isinstance(waiting, Keep):
                    self._answers.refuse(waiting, "The engine is being closed.")
                else:
                    self._answer(self._handle, waiting)
            if self._closing:
                self._answers.done(self._closing)
                return
            request = self._next()

    def _next(self) -> Request:
        """The next request; a text is written until it comes."""
        while self._writings.are_under_way:
            try:
                return self._inbox.get(timeout=self._writings.seconds_to_wait)
            except queue.Empty:
                self._writings.go_on()
        return self._inbox.get()

    def _answer(self, handle: Callable[[Request], bool | None], request: Request) -> None:
        """Handles a request. What goes wrong with it is told, and ends neither the thread nor a run."""
        try:
            if not handle(request):
                self._answers.done(request)
        except Exception as error:  # a custom kind may raise anything
            details = traceback.format_exc()
            traceback.print_exc()
            told = refusal(request, f"it went wrong: {error}", "", details)
            if told:
                self._tell_safely(told)
            self._answers.refuse(request, f"It went wrong: {error}.")

    def _tell_safely(self, event: Event) -> None:
        """Tells of what went wrong, though telling may be what went wrong."""
        try:
            self._emit(event)
        except Exception:
            traceback.print_exc()

    def _handle(self, request: Request) -> bool | None:
        return self._handlers[type(request)](request)

    def _handle_while_training(self, request: Request) -> bool | None:
        """Does at once what leaves the model as it is; the rest waits for the end of the run, or is refused."""
        if isinstance(request, Watch):
            self._watchers.add_soon(request)
            return True
        if isinstance(request, Train) and self._run not in self._ends:
            self._answers.refuse(request, "A run is under way: stop it first, or wait until it has ended.")
            return None
        if isinstance(request, FindRate) and self._run not in self._ends:
            self._searches.refuse(request, UNDER_WAY)
            return None
        if isinstance(request, Adopt | FindRate | Keep | Show | TakeWeights | Train):
            return self._put_off(request)
        if isinstance(request, FindWeights | SaveWeights | Measure | Write) and self._session:
            self._models.take(self._session, "training")
        return self._handle(request)

    def _put_off(self, request: Adopt | FindRate | Keep | Show | TakeWeights | Train) -> bool:
        """Until the run has ended. Of those that show a design, the last one alone has it as it is."""
        if isinstance(request, Show):
            earlier = [waiting for waiting in self._later if isinstance(waiting, Show)]
            for show in earlier:
                self._answers.refuse(show, "Another design was shown since.")
            self._later = [waiting for waiting in self._later if not isinstance(waiting, Show)]
            request = replace(request, is_another=any(show.is_another for show in (*earlier, request)))
        self._later.append(request)
        return True

    def _train(self, request: Train) -> None:
        def tell(event: Event) -> None:
            self._emit(event)
            if isinstance(event, Started):
                self._answers.done(request, event.run)

        try:
            dataset = read_data(request.design, self._emit, lambda: request.id in self._ends)
        except Cancelled:
            self._emit(Finished("stopped", 0, 0, {}, 0.0))
            self._answers.refuse(request, "It was stopped while its data were read.")
            return
        except DataError as error:
            self._emit(Failed(str(error), "Choose another data source."))
            self._answers.refuse(request, f"{error}.")
            return
        try:
            folder, notices = folder_of(request)
        except (RunError, TrainingError) as error:
            self._emit(not_opened(error))
            self._answers.refuse(request, f"{error}.")
            return
        adopted = self._models.adopted_for(request.design)
        start = adopted.model if adopted else None
        self._run, self._is_paused = request.id, False
        self._session = Trainer(
            request.design,
            dataset,
            tell,
            between_batches=self._between_batches,
            run=folder,
            resume=goes_on(request),
            start=start,
            notices=notices,
            must_keep=False,
        )
        try:
            ended = self._session.run()
            if request.id in self._ends:
                self._serve_inbox()  # what has ended the run came in before it ended
            self._models.take_trained(self._session)
        finally:
            self._session = None
        if isinstance(ended, Failed):
            self._answers.refuse(request, f"{ended.message}. {ended.hint}")
        if not self._closing:
            if self._later and isinstance(self._later[0], Show):  # else they would see a design of before once more
                self._answer(self._handle, self._later.pop(0))
            self._show_all()

    def _between_batches(self) -> None:
        assert self._session is not None
        self._serve_inbox()
        if self._run in self._ends or self._closing:
            self._session.stop()
            return
        if self._is_paused:
            self._rests = True
            try:
                self._session.rest(self._serve_while_paused)
            finally:
                self._rests = False
            return
        self._writings.go_on_if_due()
        if self._watchers.are_due:
            self._models.take(self._session, "training")
            self._show_all()

    def _serve_inbox(self) -> None:
        while not self._inbox.empty():
            self._answer(self._handle_while_training, self._inbox.get())

    def _serve_while_paused(self) -> None:
        """Until the run is to go on or to end; meanwhile it can be looked into."""
        assert self._session is not None
        while self._is_paused:
            self._answer(self._handle_while_training, self._next())
            if self._run in self._ends or self._closing:
                self._session.stop()
                return
            if self._watchers.are_due:
                self._models.take(self._session, "training")
                self._show_all()

    def _pause(self, request: Pause) -> None:
        if self._session is None or self._is_paused:
            self._answers.refuse(request, "No run is under way." if self._session is None else "It is paused already.")
        else:
            self._is_paused = True

    def _continue(self, request: Continue) -> None:
        if self._session is None or not self._is_paused:
            self._answers.refuse(request, "No run is paused.")
        else:
            self._is_paused = False

    def _change(self, request: ChangeSettings) -> None:
        if self._session is None:
            self._answers.refuse(request, "No run is under way: the next one begins with these settings.")
            return
        try:
            self._session.change(request.design.training)
        except TrainingError as error:
            self._answers.refuse(request, f"{error}. {error.hint}.")

    def _show_all(self) -> None:
        self._watchers.show_all(self._models.shown, self._models.reason)

    def _stop(self, request: Stop) -> None:
        """The run knows of it already, by `EarlyEnds`."""
        if self._session is None:
            self._answers.refuse(request, "No run is under way.")

    def _cancel(self, request: Cancel) -> None:
        """What it names knows of it already, by `EarlyEnds`; but for a text that is being written."""
        if self._writings.is_under_way(request.of):
            self._writings.end()
            return
        under_way = {waiting.id for waiting in self._later} | ({self._run} if self._session else set())
        if request.of not in under_way | self._measurements_ended and not self._searches.knows(request.of):
            self._answers.refuse(request, "What was to be ended is not under way.")

    def _close(self, request: Close) -> bool:
        """Is answered when all else has ended; a second one at once."""
        if self._closing:
            return False
        self._closing = request
        return True

    def _show(self, request: Show) -> None:
        if not self._models.show(request.design, request.is_another):
            self._answers.refuse(request, self._models.reason)

    def _watch(self, request: Watch) -> None:
        self._watchers.add(request)
        if not self._closing:
            self._watchers.show([request], self._models.shown, self._models.reason)

    def _unwatch(self, request: Unwatch) -> None:
        if not self._watchers.remove(request.watcher):
            self._answers.refuse(request, "This watcher looks at nothing.")

    def _write(self, request: Write) -> bool:
        return self._writings.begin(request, self._models.shown, self._models.reason)

    def _count(self, request: CountClasses) -> bool:
        if self._closing:
            return self._counts.refuse(request, "The program is being closed.")
        if self._session is None:
            return self._counts.take(request, self._models.shown, self._models.reason)
        if not self._rests:
            return self._counts.tell(request, self._session.id, self._session.validated)
        self._models.take(self._session, "training")
        return self._counts.take(request, self._models.shown, self._models.reason, self._session.epoch_now)

    def _find_rate(self, request: FindRate) -> None:
        if request.going_on is None:
            self._searches.find(request, self._models.adopted_for(request.design))
            return
        try:
            start = learned(request.design, trained_weights(request.going_on, request.design), "")
        except (WeightsError, TrainingError, OSError) as error:
            self._searches.refuse(request, f"The weights to go on with cannot be taken: {error}.")
        else:
            self._searches.find(request, start)

    def _between_rates(self) -> None:
        """Serves what has come in while rates are tried; a run or another search comes after this one, and ends it.

        Counting goes on until something else is asked for, and so it comes behind the search as well.
        """
        while not self._inbox.empty():
            request = self._inbox.get()
            if isinstance(request, Train | FindRate):
                self._later.append(request)
                raise Cancelled
            if isinstance(request, CountClasses):
                self._later.append(request)
                continue
            self._answer(self._handle, request)
            if self._closing:
                raise Cancelled
        self._writings.go_on_if_due()

    def _measure(self, request: Measure) -> None:
        """Measures, unless it is cancelled or the run that is under way is to end."""

        def is_to_end() -> bool:
            return request.id in self._ends or (self._session is not None and self._run in self._ends)

        try:
            dataset = read_data(request.design, self._emit, is_to_end)
            self._emit(timing.measure(request.design, dataset, is_to_end))
        except (timing.CancelledError, Cancelled):
            self._measurements_ended.add(request.id)
            self._emit(MeasureFailed(""))
            self._answers.refuse(request, "Measuring was ended.")
        except TrainingError as error:
            self._fail_to_measure(request, f"{error}. {error.hint}")
        except Exception as error:  # a custom kind's modules may raise anything
            traceback.print_exc()
            self._fail_to_measure(request, f"It cannot be measured: {error}")

    def _fail_to_measure(self, request: Measure, why: str) -> None:
        self._emit(MeasureFailed(why))
        self._answers.refuse(request, why)
