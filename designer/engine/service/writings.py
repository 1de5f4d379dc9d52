"""The text that a network is writing: a token now and then, while nothing else is to be done."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from designer.data.errors import Cancelled, DataError
from designer.engine.inspection.writing import Writer
from designer.engine.protocol.events import Event, Written
from designer.engine.protocol.requests import Write
from designer.engine.service.answers import Answers
from designer.engine.service.data_reading import read_data
from designer.engine.service.early_ends import EarlyEnds
from designer.engine.service.models import Shown

PACE_SECONDS = 0.02
"""From one token to the next: so that letters are seen to come, and a run loses little to them."""
_LIKELIEST = 10


@dataclass
class _UnderWay:
    request: Write
    writer: Writer
    shown: Shown
    written: int = 0


class Writings:
    """Writes what was asked for last. On the engine's thread alone."""

    def __init__(self, emit: Callable[[Event], None], answers: Answers, ends: EarlyEnds) -> None:
        self._emit, self._answers, self._ends = emit, answers, ends
        self._now: _UnderWay | None = None
        self._last = 0.0

    @property
    def are_under_way(self) -> bool:
        """Whether there is something to write."""
        return self._now is not None

    @property
    def seconds_to_wait(self) -> float:
        """Until the next token is due."""
        return max(self._last + PACE_SECONDS - time.perf_counter(), 0.0)

    def begin(self, request: Write, shown: Shown | None, reason: str) -> bool:
        """Begins a text, in place of one that is being written; whether it is answered later."""
        self.end("Another text was asked for since.")
        if shown is None:
            self._refuse(request, reason or "There is no network to write with yet.")
            return True
        data = shown.design.data
        try:
            dataset = read_data(shown.design, self._emit, lambda: self._ends.has_no_use_for(data))
            network = shown.design.network
            writer = Writer(shown.model, network, dataset, request.beginning, request.temperature, request.seed)
        except (DataError, Cancelled) as error:
            self._refuse(request, f"{error}." if str(error) else "Other data are looked at by now.")
            return True
        self._now = now = _UnderWay(request, writer, shown)
        self._tell(now, "")
        return True

    def _refuse(self, request: Write, problem: str) -> None:
        self._emit(Written(request.id, ended=True, problem=problem))
        self._answers.refuse(request, problem)

    def go_on_if_due(self) -> None:
        """Writes a token, if the last one was long enough ago."""
        if self._now is not None and self.seconds_to_wait == 0:
            self.go_on()

    def go_on(self) -> None:
        """Writes a token; whoever does not listen, and a model that fails, end the text and nothing else."""
        now = self._now
        if now is None:
            return
        self._last = time.perf_counter()
        try:
            added = now.writer.step()
            now.written += 1
            self._tell(now, added)
        except Exception as error:  # a custom kind may raise anything
            traceback.print_exc()
            self._fail(now, f"It went wrong: {error}.")

    def _tell(self, now: _UnderWay, added: str) -> None:
        shown, ended = now.shown, now.written >= now.request.length
        names, probabilities = now.writer.likeliest(_LIKELIEST)
        told = (now.request.id, added, now.written, names, probabilities, shown.weights, shown.step, ended)
        self._emit(Written(*told, run=shown.run))
        if ended:
            self._now = None
            self._answers.done(now.request)

    def is_under_way(self, request_id: str) -> bool:
        """Whether this is the text that is being written."""
        return self._now is not None and self._now.request.id == request_id

    def end(self, reason: str = "It was stopped.") -> None:
        """Writes no more of a text that is not whole."""
        if self._now is not None:
            now, self._now = self._now, None
            self._emit(Written(now.request.id, tokens=now.written, ended=True))
            self._answers.refuse(now.request, reason)

    def _fail(self, now: _UnderWay, problem: str) -> None:
        self._now = None
        try:
            self._emit(Written(now.request.id, tokens=now.written, ended=True, problem=problem))
        except Exception:  # nobody listens
            traceback.print_exc()
        self._answers.refuse(now.request, problem)
