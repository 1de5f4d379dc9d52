"""What the thread that reads data says, as Qt signals on the window's thread."""

from __future__ import annotations

import queue
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from designer.ui.run.background import Background, Ended, Told, Work

_INTERVAL_MS = 20

Heard = Callable[[Ended], object]
Counted = Callable[[int, int], object]


def _not_counted(done: int, of: int) -> None:
    """Nobody shows how far it is."""


class DataReading(QObject):
    """Asks for one thing in each lane: the newest. What it gives comes to who asked, unless they want it no longer.

    The timer runs only as long as something is under way.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._told: queue.SimpleQueue[Told] = queue.SimpleQueue()
        self._background = Background(self._told.put)
        self._asked: dict[str, tuple[int, Heard, Counted]] = {}
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self._drain)

    def ask(self, lane: str, work: Work, heard: Heard, counted: Counted = _not_counted) -> None:
        """Has something done; `heard` is called once with what comes of it, `counted` with how far it is."""
        self._asked[lane] = self._background.ask(lane, work), heard, counted
        self._timer.start()

    def cancel(self, lane: str) -> None:
        """What was asked for in a lane is wanted no longer."""
        self._background.cancel(lane)
        self._asked.pop(lane, None)

    @property
    def idle(self) -> bool:
        """Whether all that was asked for is there."""
        return not self._asked

    def is_under_way(self, lane: str) -> bool:
        """Whether something has been asked for in a lane, and is not there yet."""
        return lane in self._asked

    def close(self) -> bool:
        """Ends all of it; whether the thread has ended in time."""
        self._timer.stop()
        self._asked.clear()
        return self._background.close()

    def _drain(self) -> None:
        while not self._told.empty():
            self._hear(self._told.get())
        if not self._asked:
            self._timer.stop()

    def _hear(self, told: Told) -> None:
        lane = next((lane for lane, (number, *_) in self._asked.items() if number == told.job), None)
        if lane is None:
            return
        _, heard, counted = self._asked[lane]
        if isinstance(told, Ended):
            del self._asked[lane]
            heard(told)
        else:
            counted(told.done, told.of)
