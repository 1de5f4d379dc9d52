"""Worker: the engine's thread, as others see it. Torch is imported on that thread, when a request needs it."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable

from designer.engine.protocol.events import Event, Failed
from designer.engine.protocol.refusals import refusal
from designer.engine.protocol.requests import Cancel, Close, Request, Show, Stop, Train, Unwatch, Watch
from designer.engine.service.answers import Answers
from designer.engine.service.early_ends import EarlyEnds
from designer.engine.service.inbox import Inbox
from designer.engine.service.torch_library import load_without_lock

_HINT = "Save your work and start the program again."
_STOPPED = "the engine has stopped"
_CLOSED = "The engine is closed."

__all__ = ["Close", "Request", "Show", "Train", "Watch", "Worker"]


class Worker:
    """Takes requests from any thread, and answers each.

    `emit` is called on the engine's thread, with every event; only requests that come after the end are answered on
    the thread that they come from. `ahead` is called there once, before torch is imported: what else whoever listens
    will need then.
    """

    def __init__(self, emit: Callable[[Event], None], ahead: Callable[[], None] = lambda: None) -> None:
        self._emit, self._ahead = emit, ahead
        self._inbox = Inbox()
        self._answers = Answers(emit)
        self._ends = EarlyEnds()
        self._lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="designer-engine", daemon=True)
        self._thread.start()

    @property
    def looked_at(self) -> float:
        """When the engine last looked whether it is asked something, by `time.monotonic`: between two batches."""
        return self._inbox.looked_at

    def submit(self, request: Request) -> None:
        """Sends a request; returns at once."""
        with self._lock:
            self._answers.expect(request)
            closed = self._closed
            if not closed:
                self._inbox.put(request)
                self._ends.heed(request)
        if closed:
            self._after_the_end(request)

    def stop_training(self) -> None:
        """Ends the run that is under way, or the one that is about to start, within one batch."""
        self.submit(Stop())

    def close(self, timeout: float = 10.0) -> bool:
        """Ends training and the thread, and waits for it; False if it has not ended in time."""
        self.submit(Close())
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            self._serve()
        finally:
            with self._lock:
                self._closed = True
            while not self._inbox.empty():
                self._after_the_end(self._inbox.get())
            self._answers.refuse_all(_CLOSED)

    def _serve(self) -> None:
        first = self._inbox.get()
        while isinstance(first, Stop | Cancel | Unwatch):  # there is nothing to end, and torch is not needed for that
            self._answers.refuse(first, "Nothing has begun yet.")
            first = self._inbox.get()
        if isinstance(first, Close):
            self._answers.done(first)
            return
        try:
            self._ahead()
            load_without_lock()
            from designer.engine.service.engine_service import EngineService

            EngineService(self._inbox, self._emit, self._answers, self._ends).serve(first)
        except Exception as error:  # the thread must not vanish without a word
            self._tell(Failed(f"the engine stopped: {error}", _HINT, traceback.format_exc()))
            self._answers.refuse_all(f"{_STOPPED}. {_HINT}")
            self._refuse_from_now_on()

    def _refuse_from_now_on(self) -> None:
        """Answers every request, so that nobody waits for ever."""
        while not isinstance(request := self._inbox.get(), Close):
            told = refusal(request, _STOPPED, _HINT)
            if told:
                self._tell(told)
            self._answers.refuse(request, f"{_STOPPED}. {_HINT}")
        self._answers.done(request)

    def _after_the_end(self, request: Request) -> None:
        """To close what is closed is done; all else is refused."""
        if isinstance(request, Close):
            self._answers.done(request)
        else:
            self._answers.refuse(request, _CLOSED)

    def _tell(self, event: Event) -> None:
        try:
            self._emit(event)
        except Exception:  # nobody listens any longer, perhaps; requests are answered all the same
            traceback.print_exc()
