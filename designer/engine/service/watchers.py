"""Who looks into which block: each watcher gets its own captures, and none is disturbed by another."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable

from designer.core.graph.network import NetworkError
from designer.data import sources
from designer.data.samples import Dataset
from designer.engine.inspection.probe import capture
from designer.engine.protocol.events import CaptureFailed, Event
from designer.engine.protocol.requests import Watch
from designer.engine.service.answers import Answers
from designer.engine.service.models import Shown

REFRESH_SECONDS = 0.25
"""While training, what is watched is shown this often."""


class Watchers:
    """Knows what is watched, captures it, and answers those who asked. On the engine's thread alone."""

    def __init__(self, emit: Callable[[Event], None], answers: Answers) -> None:
        self._emit = emit
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
        for watch in watches:
            event = self._captured(watch, shown, reason)
            self._emit(event)
            if isinstance(event, CaptureFailed):
                self._answers.refuse(watch, event.reason)
            else:
                self._answers.done(watch)

    def _captured(self, watch: Watch, shown: Shown | None, reason: str) -> Event:
        def failed(why: str) -> CaptureFailed:
            return CaptureFailed(watch.block, why, watch.watcher)

        if shown is None:
            return failed(reason or "There is no network to look into yet.")
        try:
            dataset = sources.load(shown.design.data.source)
            if not _has(dataset, watch):  # asked for before the data became others
                return failed(f"There is no sample {watch.sample:,} in these data.")
            return capture(shown.model, shown.design.network, dataset, watch, shown.weights, shown.step)
        except (KeyError, NetworkError):
            return failed("This block was added or renamed after the training began.")
        except Exception as error:  # looking must not end the thread that trains
            traceback.print_exc()
            return failed(f"It cannot be shown: {error}")


def _has(dataset: Dataset, watch: Watch) -> bool:
    return watch.sample < len(dataset.test)
