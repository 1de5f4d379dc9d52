"""A heartbeat of the window's thread: how late each beat is tells how long a click would have waited."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 1
FRAME_MS = 16.0


class Heartbeat(QObject):
    """How late a precise timer of the window's thread is, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []
        self.at: list[float] = []
        """When each beat came, in seconds since the first start."""
        self._began = self._last = 0.0
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def start(self, event: object = None) -> None:
        self._last = time.perf_counter()
        self._began = self._began or self._last
        self._timer.start()

    def stop(self, event: object = None) -> None:
        self._beat()
        self._timer.stop()

    @property
    def now(self) -> float:
        """Seconds since the first start."""
        return time.perf_counter() - self._began

    def _beat(self) -> None:
        now = time.perf_counter()
        self.waits.append(max((now - self._last) * 1000 - BEAT_MS, 0.0))
        self.at.append(now - self._began)
        self._last = now
