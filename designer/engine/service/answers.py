"""One answer to every request: what was asked for, and not answered yet."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable

from designer.engine.protocol.events import Done, Event, Refused
from designer.engine.protocol.requests import Request


class Answers:
    """Sends, for each request that is expected, one Done or one Refused, whoever asks for it first. For any thread."""

    def __init__(self, emit: Callable[[Event], None]) -> None:
        self._emit = emit
        self._open: dict[str, Request] = {}
        self._lock = threading.Lock()

    def expect(self, request: Request) -> None:
        """A request has come that is to be answered."""
        with self._lock:
            self._open[request.id] = request

    def done(self, request: Request, run: str = "") -> None:
        """Tells that a request is carried out, and which run it has begun; nothing where it has its answer."""
        self._give(request, Done(request.id, request.name(), run=run))

    def refuse(self, request: Request, reason: str) -> None:
        """Tells why a request is not carried out; nothing where it has its answer."""
        self._give(request, Refused(reason, request.id, request.name()))

    def refuse_all(self, reason: str) -> None:
        """Refuses all that have no answer yet."""
        with self._lock:
            left = list(self._open.values())
        for request in left:
            self.refuse(request, reason)

    def _give(self, request: Request, answer: Event) -> None:
        with self._lock:
            if self._open.pop(request.id, None) is None:
                return
        try:
            self._emit(answer)
        except Exception:  # who cannot hear an answer must not take the others' from them
            traceback.print_exc()
