"""Timers for what may wait until several things in a row have happened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


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

    def isActive(self) -> bool:
        """Whether it is going to call."""
        return self._served.isActive() or self._after.isActive()
