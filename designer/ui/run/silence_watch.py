"""Whether the engine's thread still says something while it trains; and where each thread of the program stands."""

from __future__ import annotations

import sys
import threading
import time
import traceback

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from designer.engine.protocol.events import BatchesEnded, Started
from designer.ui.run.bridge import Bridge

_LOOK_MS = 10_000
SILENT_SECONDS = 60.0


class SilenceWatch(QObject):
    """Looks every ten seconds while a network is trained, and at no other time.

    `silent(seconds, last)` tells that nothing was heard for so long, and what was heard last, in words; `heard()` that
    there is something again, or that the run is over.
    """

    silent = Signal(int, str)
    heard = Signal()

    def __init__(self, bridge: Bridge, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._last = ""
        self._is_silent = False
        self.patience = SILENT_SECONDS
        self.timer = QTimer(self, interval=_LOOK_MS, timerType=Qt.TimerType.VeryCoarseTimer)
        self.timer.timeout.connect(self._look)
        bridge.training_changed.connect(self._follow)
        bridge.started.connect(self._started)
        bridge.batches_ended.connect(self._batches_ended)

    def close(self) -> None:
        """Looks no more."""
        self.timer.stop()

    def _follow(self, training: bool) -> None:
        self._last = ""
        if training:
            self.timer.start()
        else:
            self.timer.stop()
            self._hear()

    def _started(self, event: Started) -> None:
        self._last = f"the beginning, at step {event.step:,}"

    def _batches_ended(self, event: BatchesEnded) -> None:
        self._last = f"epoch {event.epoch}, step {event.step:,}"
        self._hear()

    def _hear(self) -> None:
        if self._is_silent:
            self._is_silent = False
            self.heard.emit()

    def _look(self) -> None:
        seconds = self._bridge.silent_seconds
        if seconds < self.patience or self._bridge.is_paused:
            self._hear()
            return
        self._is_silent = True
        self.silent.emit(int(seconds), self._last)


def stacks() -> str:
    """Where each thread stands now, the engine's first: its name, and its calls, the last one at the end."""
    frames, now = sys._current_frames(), time.strftime("%H:%M:%S")
    threads = sorted(threading.enumerate(), key=lambda thread: thread.name != "designer-engine")
    told = [
        f"Thread {thread.name}, at {now}:\n{''.join(traceback.format_stack(frames[thread.ident]))}"
        for thread in threads
        if thread.ident in frames
    ]
    return "\n".join(told)
