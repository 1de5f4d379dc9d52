"""What is to end early. It is known at once, while the request that says so still waits in the queue."""

from __future__ import annotations

from designer.core.graph.data_settings import DataSettings
from designer.engine.protocol.requests import Cancel, Close, FindRate, Measure, Request, Show, Stop, Train


class EarlyEnds:
    """The ids of runs, measurements and searches that are to end early. Any thread adds some; the engine's asks.

    It knows as well which data are wanted now: reading others need not go on.
    """

    def __init__(self) -> None:
        self._closing = False
        self._wanted: DataSettings | None = None
        self._runs: list[str] = []
        self._measurements: list[str] = []
        self._searches: list[str] = []
        self._asked: set[str] = set()

    def heed(self, request: Request) -> None:
        """A request has come. To be called by one thread at a time."""
        if isinstance(request, Train | Measure | FindRate | Show):
            self._wanted = request.design.data
        if isinstance(request, Train | FindRate | Close):
            self._end(self._searches)
        if isinstance(request, Train):
            self._runs.append(request.id)
        elif isinstance(request, FindRate):
            self._searches.append(request.id)
        elif isinstance(request, Measure):
            self._measurements.append(request.id)
        elif isinstance(request, Cancel):
            self._asked.add(request.of)
        elif isinstance(request, Stop):
            self._end(self._runs)
        elif isinstance(request, Close):
            self._closing = True
            self._end(self._runs)
            self._end(self._measurements)

    def _end(self, ids: list[str]) -> None:
        self._asked.update(ids)
        ids.clear()

    def has_no_use_for(self, data: DataSettings) -> bool:
        """Whether the engine is to close, or other data than these were named since."""
        return self._closing or (self._wanted is not None and self._wanted is not data and self._wanted != data)

    def __contains__(self, request_id: str) -> bool:
        return request_id in self._asked
