"""Worker: the engine's thread, as others see it. Torch is imported on that thread, at the first request."""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable

from designer.engine.events import Event, Failed
from designer.engine.requests import Close, Request, Show, Train, Watch

__all__ = ["Close", "Request", "Show", "Train", "Watch", "Worker"]


class Worker:
    """Takes requests from any thread. `emit` is called on the engine's thread, with every event."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._inbox: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="designer-engine", daemon=True)
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

    def _work(self) -> None:
        first = self._inbox.get()
        if isinstance(first, Close):
            return
        try:
            from designer.engine.owner import ModelOwner

            ModelOwner(self._inbox, self._stop, self._emit).serve(first)
        except Exception as error:  # the thread must not vanish without a word
            hint = "Save your work and start the program again."
            self._emit(Failed(f"the engine stopped: {error}", hint, traceback.format_exc()))
