"""A thread for what takes long and touches no widget: the newest wish is the one that counts."""

from __future__ import annotations

import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from designer.data.errors import Cancelled, DataError
from designer.data.formats.base import Progress

_TOLD_SECONDS = 0.05
"""At least so long between two words on how far it is."""

Work = Callable[[Progress], Any]


@dataclass(frozen=True)
class Progressed:
    """How much of a job is done, and of how much."""

    job: int
    done: int
    of: int


@dataclass(frozen=True)
class Ended:
    """A job is over: with what it gives, or with the reason why it gives nothing."""

    job: int
    result: Any = None
    error: DataError | None = None


Told = Progressed | Ended


@dataclass(frozen=True)
class _Job:
    number: int
    lane: str
    work: Work
    ended: threading.Event


class Background:
    """Does one job at a time, those that came last first. `tell` is called on its thread.

    A job ends the one of the same lane that came before, which tells nothing any more. The thread is there once there
    is something to do.
    """

    def __init__(self, tell: Callable[[Told], None]) -> None:
        self._tell = tell
        self._waiting: deque[_Job] = deque()
        self._at_work: _Job | None = None
        self._turn = threading.Condition()
        self._closed = False
        self._numbers = count(1)
        self._thread: threading.Thread | None = None

    def ask(self, lane: str, work: Work) -> int:
        """Puts a job in front of all others; returns its number at once, 0 where it is too late for it."""
        with self._turn:
            if self._closed:
                return 0
            self._end(lane)
            number = next(self._numbers)
            self._waiting.appendleft(_Job(number, lane, work, threading.Event()))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="designer-data", daemon=True)
                self._thread.start()
            self._turn.notify()
        return number

    def cancel(self, lane: str) -> None:
        """Ends what is under way in a lane, and what waits there."""
        with self._turn:
            self._end(lane)

    def close(self, timeout: float = 5.0) -> bool:
        """Ends all of it, and the thread; whether it has ended in time."""
        with self._turn:
            self._closed = True
            self._waiting.clear()
            if self._at_work:
                self._at_work.ended.set()
            self._turn.notify()
        if self._thread is None:
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _end(self, lane: str) -> None:
        self._waiting = deque(job for job in self._waiting if job.lane != lane)
        if self._at_work and self._at_work.lane == lane:
            self._at_work.ended.set()

    def _work(self) -> None:
        while job := self._next():
            told = self._done(job)
            with self._turn:
                self._at_work = None
                if told and not job.ended.is_set():
                    self._tell(told)

    def _next(self) -> _Job | None:
        with self._turn:
            self._turn.wait_for(lambda: self._closed or self._waiting)
            self._at_work = None if self._closed else self._waiting.popleft()
            return self._at_work

    def _done(self, job: _Job) -> Ended | None:
        try:
            return Ended(job.number, job.work(self._progress(job)))
        except Cancelled:
            return None
        except DataError as error:
            return Ended(job.number, error=error)
        except Exception as error:  # whatever a reader may raise: the thread goes on
            traceback.print_exc()
            return Ended(job.number, error=DataError(f"it went wrong: {error}"))

    def _progress(self, job: _Job) -> Progress:
        last = 0.0

        def told(done: int, of: int) -> None:
            nonlocal last
            if job.ended.is_set():
                raise Cancelled
            now = time.perf_counter()
            if now - last >= _TOLD_SECONDS:
                last = now
                self._tell(Progressed(job.number, done, of))

        return told
