"""The library of plots, imported beside the window, which would stand still for a third of a second otherwise."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer

_LOOK_MS = 10


class PlotLibrary(QObject):
    """Whether it is there, and who waits for it."""

    _there: ClassVar = threading.Event()
    """Once for the process."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: list[Callable[[], object]] = []
        self._thread: threading.Thread | None = None
        self._drawing: tuple[str, ...] = ()
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def is_there(self) -> bool:
        """Whether a plot can be made at once."""
        return self._there.is_set()

    def bring(self, *modules: str) -> None:
        """Modules that draw with it come in behind it: by their names, as they lie above."""
        self._drawing += modules

    def load(self) -> None:
        """Imports it, on any thread.

        What fails is told where a plot is made: there it is imported again.
        """
        if self._there.is_set():
            return
        try:
            for module in ("pyqtgraph", *self._drawing):
                import_module(module)
        except Exception:
            traceback.print_exc()
        self._there.set()

    def when_there(self, call: Callable[[], object]) -> None:
        """Calls at once, or on the window's thread as soon as it has come."""
        if self._there.is_set():
            call()
            return
        if call not in self._waiting:
            self._waiting.append(call)
        self._timer.start()
        if self._thread is None:
            self._thread = threading.Thread(target=self.load, name="designer-plots", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Nobody waits any longer."""
        self._timer.stop()
        self._waiting.clear()
        if self._thread is not None:
            self._thread.join()

    def _look(self) -> None:
        if self._there.is_set():
            self._timer.stop()
            waiting, self._waiting = self._waiting, []
            for call in waiting:
                call()
