"""Timers for what may wait until several things in a row have happened, and for what would take too long at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer

_AT_ONCE = 0.003
"""Seconds of work after which the next turn comes: all that is laid out and painted follows in it."""


def once_after(parent: QObject, milliseconds: int, call: Callable[[], object]) -> QTimer:
    """A timer that calls once, so long after it was last started."""
    timer = QTimer(parent, singleShot=True, interval=milliseconds)
    timer.timeout.connect(call)
    return timer


class AfterEdit(QObject):
    """Calls so long after the window serves its events again: what was changed before is painted first."""

    def __init__(self, parent: QObject, milliseconds: int, call: Callable[[], object]) -> None:
        super().__init__(parent)
        self._after = once_after(self, milliseconds, call)
        self._served = once_after(self, 0, self._after.start)

    def start(self) -> None:
        """Begins anew."""
        self._after.stop()
        self._served.start()

    def stop(self) -> None:
        """Does not call, unless it is started again."""
        self._served.stop()
        self._after.stop()

    def isActive(self) -> bool:
        """Whether it is going to call."""
        return self._served.isActive() or self._after.isActive()


class TurnByTurn(QObject):
    """Does what takes long step by step, a few in each turn: whoever clicks meanwhile does not wait for all of it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._steps: Iterator[None] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._go_on)

    def begin(self, steps: Iterator[None]) -> None:
        """From the next turn on; what is left of other steps is done no more."""
        self._steps = steps
        self._timer.start()

    def _go_on(self) -> None:
        began = time.thread_time()
        steps = self._steps
        for _ in steps:
            if time.thread_time() - began > _AT_ONCE or steps is not self._steps:
                return
        if steps is self._steps:
            self._timer.stop()
