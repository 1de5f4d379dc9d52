"""Garbage collection on the window's thread alone.

Python collects cycles on whichever thread happens to allocate. Were that the engine's, it would destroy Qt objects
there, and Qt's objects may be destroyed only on the thread that they live on: the program would crash.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_INTERVAL_MS = 50


class Collector(QObject):
    """Collects as often as Python would by its own thresholds, while the window's thread is at rest."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        # What is there at the start stays to the end: looking through it each time would only take time.
        gc.freeze()
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collects the oldest generation whose threshold is passed."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation] > 0:
                gc.collect(generation)
                return

    def leave_alone(self) -> None:
        """A library has just been imported: its objects stay to the end, too."""
        gc.freeze()

    def stop(self) -> None:
        """Hands collection back to Python, once no other thread is left."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
