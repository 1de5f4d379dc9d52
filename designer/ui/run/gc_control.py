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

_INTERVAL_MS = 50
_CALM = 20
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
        self._has_frozen_the_window = False
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collects the oldest generation whose threshold is passed; all, once there are a quarter more than there were.

        Python does so by itself: a full collection, which takes the longest, is due when the most has come together.
        """
        if self._has_frozen_the_window and self._libraries_have_come():
            self._collect(2)  # what is garbage by now would stay, too
            self.leave_alone()
            return
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation] > 0 and (generation < 2 or self._new > self._lasting // 4):
                self._collect(generation)
                return

    def _collect(self, generation: int) -> None:
        if generation == 1:
            self._new += len(gc.get_objects(0)) + len(gc.get_objects(1))
        gc.collect(generation)
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
            self._lasting = self._new = 0
            gc.freeze()

    def stop(self) -> None:
        """Hands collection back to Python, once no other thread is left.

        The window may go then. The libraries stay as they are: the last collection of a process that ends, or the one
        after a window in a process that opens many, would look through a quarter of a million objects for nothing.
        """
        self._timer.stop()
        if self._has_frozen_the_window:
            gc.unfreeze()
            GarbageCollector.libraries_stay = False
        gc.enable()
