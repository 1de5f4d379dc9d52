"""The time of a run, without that in which it was paused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Seconds since some moment; they stand still while the run rests."""

    def __init__(self) -> None:
        self._rested = 0.0

    @property
    def now(self) -> float:
        """Seconds."""
        return time.perf_counter() - self._rested

    @contextmanager
    def stands_still(self) -> Iterator[None]:
        """While this lasts."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self._rested += time.perf_counter() - began
