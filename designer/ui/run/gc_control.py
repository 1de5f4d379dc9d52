"""Garbage collection on the window's thread alone.

Python collects cycles on whichever thread happens to allocate. Were that the engine's, it would destroy Qt objects
there, and Qt's objects may be destroyed only on the thread that they live on: the program would crash.
"""

from __future__ import annotations

import gc
import sys
from itertools import count
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer

from designer.ui.widgets.timers import AfterEdit

_INTERVAL_MS = 30
_BUSY_MS, _MANY = 10, 5_000
"""More often while so many objects come between two times: another thread makes them, the window's a few hundred."""
_MOST_ONCE = 60_000
"""Objects that are looked through in one turn where all are left alone from then on."""
_MOST = 30_000
"""Objects that are looked through in one turn: 10 to 12 ms."""
_LATER, _PATIENCE = 160, 6
"""Times that a longer collection is put off before its objects are counted again, and how often they are counted."""
_CALM = 33
"""So many intervals without an import: the one that was going on is over."""


_windows = count()
"""How many windows this process has opened. Asked how many objects are frozen, Python would count them, for 40 ms."""


def freeze_libraries() -> None:
    """What is there before the first window stays to the end: looking through it each time would only take time.

    Before another window what is left of the one before goes. One that is still open is not frozen with the libraries:
    it could not go, later, but by looking through all of them.
    """
    if next(_windows):
        gc.collect()
    if not GarbageCollector.libraries_stay:
        GarbageCollector.libraries_stay = True
        gc.freeze()


class GarbageCollector(QObject):
    """Collects as often as Python would by its own thresholds, while the window's thread is at rest."""

    libraries_stay: ClassVar = False
    """Whether what was there before the windows of this process is frozen."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._lasting = self._new = 0
        """Objects that the last full collection left, and those that have grown old since then."""
        self._modules = self._modules_seen = len(sys.modules)
        self._calm = 0
        self._young = 0
        """At most so many objects have come since more than the newest were looked through."""
        self._put_off = self._counted = 0
        self._has_frozen_the_window = False
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._at_rest = AfterEdit(self, 0, self.collect)
        """What has been changed is painted first."""
        self._timer.timeout.connect(self._at_rest.start)
        self._timer.start()

    def collect(self) -> None:
        """Collects the oldest generation whose threshold is passed; all, once there are a quarter more than there were.

        Python does so by itself: a full collection, which takes the longest, is due when the most has come together.
        """
        if self._has_frozen_the_window and self._libraries_have_come() and not self._is_put_off(2, counted=True):
            self._collect(2)  # what is garbage by now would stay, too
            self.leave_alone()
            return
        counts, thresholds = gc.get_count(), gc.get_threshold()
        interval = _BUSY_MS if counts[0] > _MANY else _INTERVAL_MS
        if interval != self._timer.interval():
            self._timer.setInterval(interval)
        due = [place for place in range(3) if counts[place] > thresholds[place] > 0]
        if 2 in due and self._new <= self._lasting // 4:
            due.remove(2)
        if due and due[-1] and self._is_put_off(due[-1]):
            due = [place for place in due if not place]
        if due:
            self._collect(due[-1])

    def _is_put_off(self, generation: int, counted: bool = False) -> bool:
        """Whether a collection waits as it would take too long now.

        So many objects come from another thread that imports a library or lists thousands of files. They are no
        garbage: most have gone by themselves soon, or stay with the library. Counting them takes long, too, and so
        they are first taken to be as many as have come, if they are not to be `counted` at once.
        """
        if self._put_off > 1:
            self._put_off -= 1
            return True
        if not (self._put_off or counted):
            size = self._young + gc.get_count()[0] + (self._lasting + self._new if generation == 2 else 0)
        else:
            size = sum(len(gc.get_objects(each)) for each in range(generation + 1))
            self._counted += 1
        if size <= (_MOST_ONCE if counted else _MOST) or self._counted == _PATIENCE:
            self._put_off = self._counted = 0
            return False
        self._put_off = _LATER
        return True

    def _collect(self, generation: int) -> None:
        self._young += gc.get_count()[0]
        if generation == 1:
            self._new += len(gc.get_objects(0)) + len(gc.get_objects(1))
        gc.collect(generation)
        if generation:
            self._young = 0
        if generation == 2:
            self._lasting, self._new = len(gc.get_objects(2)), 0

    def _libraries_have_come(self) -> bool:
        """Whether there are more than there were when they were frozen, and there have been for a while.

        Many are imported when they are first needed, like that of the plots: it alone has ten times as many objects as
        a network of a hundred blocks with all its cards.
        """
        seen, self._modules_seen = self._modules_seen, len(sys.modules)
        self._calm = self._calm + 1 if seen == self._modules_seen else 0
        return self._calm >= _CALM and self._modules_seen > self._modules

    def leave_alone(self) -> None:
        """Where libraries have just been imported their objects stay to the end, too, and with them the window's."""
        if len(sys.modules) > self._modules:
            self._modules = len(sys.modules)
            self._has_frozen_the_window = True
            self._lasting = self._new = self._young = 0
            self._put_off = self._counted = 0
            gc.freeze()

    def stop(self) -> None:
        """Hands collection back to Python, once no other thread is left.

        The window may go then. The libraries stay as they are: the last collection of a process that ends, or the one
        after a window in a process that opens many, would look through a quarter of a million objects for nothing.
        """
        self._timer.stop()
        self._at_rest.stop()
        if self._has_frozen_the_window:
            gc.unfreeze()
            GarbageCollector.libraries_stay = False
        gc.enable()
