"""Worker: the engine's thread, as others see it. Torch is imported on that thread, at the first request."""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable

from designer.engine.protocol.events import Event, Failed
from designer.engine.protocol.refusals import refusal
from designer.engine.protocol.requests import Close, Request, Show, Train, Watch

_HINT = "Save your work and start the program again."

__all__ = ["Close", "Request", "Show", "Train", "Watch", "Worker"]


class Worker:
    """Takes requests from any thread. `emit` is called on the engine's thread, with every event."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._inbox: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._stops: list[threading.Event] = []
        self._thread = threading.Thread(target=self._work, name="designer-engine", daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> None:
        """Sends a request; returns at once."""
        if isinstance(request, Train):
            self._stops.append(request.stop)
        self._inbox.put(request)

    def stop_training(self) -> None:
        """Ends the run that is under way, or the one that is about to start, within one batch."""
        while self._stops:
            self._stops.pop().set()

    def close(self, timeout: float = 10.0) -> bool:
        """Ends training and the thread, and waits for it; False if it has not ended in time."""
        self.stop_training()
        self._inbox.put(Close())
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        first = self._inbox.get()
        if isinstance(first, Close):
            return
        try:
            from designer.engine.service.engine_service import EngineService

            EngineService(self._inbox, self._emit).serve(first)
        except Exception as error:  # the thread must not vanish without a word
            self._emit(Failed(f"the engine stopped: {error}", _HINT, traceback.format_exc()))
            self._refuse_all()

    def _refuse_all(self) -> None:
        """Answers every request from now on, so that nobody waits for ever."""
        while not isinstance(request := self._inbox.get(), Close):
            answer = refusal(request, "the engine has stopped", _HINT)
            if answer:
                self._emit(answer)
