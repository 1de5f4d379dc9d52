"""The inbox of the engine's thread: what it is asked, and when it last looked whether there is something."""

from __future__ import annotations

import queue
import time

from designer.engine.protocol.requests import Request


class Inbox:
    """Requests in their order. Any thread puts some in, the engine's takes them.

    That looks between two batches, in validation and test as well: an engine that has not looked for long while it
    trains is at work on a single step.
    """

    def __init__(self) -> None:
        self._requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self.looked_at = time.monotonic()
        """When the engine last looked, by `time.monotonic`. Any thread may read it."""

    def put(self, request: Request) -> None:
        """One more; returns at once."""
        self._requests.put(request)

    def get(self, timeout: float | None = None) -> Request:
        """The next one, waited for. Raises queue.Empty where none comes in so many seconds."""
        found = self._requests.get(timeout=timeout)
        self.looked_at = time.monotonic()
        return found

    def empty(self) -> bool:
        """Whether there is none."""
        self.looked_at = time.monotonic()
        return self._requests.empty()
