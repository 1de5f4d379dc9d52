"""Who looks into which block: each watcher gets its own captures, and none is disturbed by another."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from designer.core.graph.network import NetworkError
from designer.data.errors import Cancelled, DataError
from designer.data.samples import Dataset
from designer.engine.inspection.own_sample import as_own, with_own
from designer.engine.inspection.probe import captures
from designer.engine.protocol.events import CaptureFailed, Event
from designer.engine.protocol.requests import Watch
from designer.engine.service.answers import Answers
from designer.engine.service.data_reading import read_data
from designer.engine.service.early_ends import EarlyEnds
from designer.engine.service.models import Shown

REFRESH_SECONDS = 0.25
"""While training, what is watched is shown this often."""


class Watchers:
    """Knows what is watched, captures it, and answers those who asked. On the engine's thread alone."""

    def __init__(self, emit: Callable[[Event], None], answers: Answers, ends: EarlyEnds) -> None:
        self._emit = emit
        self._ends = ends
        self._answers = answers
        self._watches: dict[str, Watch] = {}
        self._captured_at = 0.0

    def add(self, request: Watch) -> None:
        """A watcher looks into this from now on; what it asked for before, and was not shown yet, is refused."""
        self._drop(request.watcher, "Its watcher has asked for something else since.")
        self._watches[request.watcher] = request

    def add_soon(self, request: Watch) -> None:
        """The same while training, where it is shown between the next two batches."""
        self.add(request)
        self._captured_at = 0.0

    def remove(self, watcher: str) -> bool:
        """A watcher looks no longer; whether it did."""
        return self._drop(watcher, "Its watcher looks no longer.")

    def _drop(self, watcher: str, reason: str) -> bool:
        before = self._watches.pop(watcher, None)
        if before is not None:
            self._answers.refuse(before, reason)
        return before is not None

    @property
    def are_due(self) -> bool:
        """Whether what is watched was last shown long enough ago."""
        return time.perf_counter() - self._captured_at >= REFRESH_SECONDS

    def show_all(self, shown: Shown | None, reason: str) -> None:
        """Captures for all watchers."""
        self._captured_at = time.perf_counter()
        self.show(tuple(self._watches.values()), shown, reason)

    def show(self, watches: Iterable[Watch], shown: Shown | None, reason: str) -> None:
        """Captures for these; `reason` is told where there is nothing to look into."""
        found = list(self._captured(list(watches), shown, reason))  # the model is at work again before anybody hears
        for watch, event in found:
            try:
                self._emit(event)
            except Exception as error:  # whoever does not listen must not end the run
                traceback.print_exc()
                self._answers.refuse(watch, f"Nobody could be told: {error}")
            if isinstance(event, CaptureFailed):
                self._answers.refuse(watch, event.reason)
            else:
                self._answers.done(watch)

    def _captured(self, watches: list[Watch], shown: Shown | None, reason: str) -> Iterator[tuple[Watch, Event]]:
        if shown is None:
            for watch in watches:
                yield watch, _failed(watch, reason or "There is no network to look into yet.")
            return
        data = shown.design.data
        try:
            dataset = read_data(shown.design, self._emit, lambda: self._ends.has_no_use_for(data))
        except (DataError, Cancelled) as error:
            why = f"It cannot be shown: {error}" if str(error) else "Other data are looked at by now."
            for watch in watches:
                yield watch, _failed(watch, why)
            return
        yield from _of_data(shown, dataset, [watch for watch in watches if watch.own is None])
        for watch in watches:
            if watch.own is not None:
                yield from _of_own(shown, dataset, watch)


def _of_data(shown: Shown, dataset: Dataset, watches: list[Watch]) -> Iterator[tuple[Watch, Event]]:
    """With samples of the test split."""
    there = [watch for watch in watches if watch.sample < len(dataset.test)]
    for watch in watches:
        if watch not in there:  # asked for before the data became others
            yield watch, _failed(watch, f"There is no sample {watch.sample:,} in these data.")
    for watch, found in captures(shown.looked_at(dataset), there):
        yield watch, found if isinstance(found, Event) else _failed(watch, _reason_of(found))


def _of_own(shown: Shown, dataset: Dataset, watch: Watch) -> Iterator[tuple[Watch, Event]]:
    """With a sample of somebody's own."""
    try:
        looked = shown.looked_at(with_own(dataset, watch.own or {}, watch.sample))
    except DataError as error:
        yield watch, _failed(watch, f"It cannot be shown: {error}.")
        return
    for _, found in captures(looked, [replace(watch, sample=0)]):
        yield watch, as_own(found) if isinstance(found, Event) else _failed(watch, _reason_of(found))


def _failed(watch: Watch, reason: str) -> CaptureFailed:
    return CaptureFailed(watch.block, reason, watch.watcher)


def _reason_of(error: Exception) -> str:
    if isinstance(error, KeyError | NetworkError):
        return "This block was added or renamed after the training began."
    traceback.print_exception(error)
    return f"It cannot be shown: {error}"
