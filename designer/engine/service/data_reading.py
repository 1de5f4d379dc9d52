"""Reads a design's data on the engine's thread: how far it is can be told, and it ends where nobody wants them."""

from __future__ import annotations

import time
from collections.abc import Callable

from designer.core.graph.design import Design
from designer.data.errors import Cancelled
from designer.data.samples import Dataset
from designer.engine.protocol.events import DataRead, Event
from designer.engine.training import preparation

_TOLD_SECONDS = 0.25


def read_data(design: Design, emit: Callable[[Event], None], is_to_end: Callable[[], bool]) -> Dataset:
    """All samples, ready for its network. Raises DataError, and Cancelled once `is_to_end` says so."""
    told = time.perf_counter()

    def progress(done: int, of: int) -> None:
        nonlocal told
        if is_to_end():
            raise Cancelled
        now = time.perf_counter()
        if now - told >= _TOLD_SECONDS:
            told = now
            emit(DataRead(done, of))

    return preparation.load(design, progress)
