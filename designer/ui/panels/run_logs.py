"""Logs of runs in windows of their own. They are read beside the window: a log may be long, and its disk slow."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from designer.ui.panels.runs_dialogs import LogDialog
from designer.ui.run.background import Background, Ended, Told
from designer.ui.workbench.workbench import Workbench

_LANE = "read a log"


class RunLogs(QObject):
    """Shows a log once it is read; who asks for another one meanwhile wants that one alone."""

    _told = Signal(object)

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._name = ""
        self._background = Background(self._told.emit)
        self._told.connect(self._show)
        bench.closed.connect(self._background.close)

    def show(self, name: str, read: Callable[[], str]) -> None:
        """Opens a window with the log of a run of some name; `read` is called on another thread."""
        self._name = name
        self._background.ask(_LANE, lambda progress: read())

    def _show(self, told: Told) -> None:
        if isinstance(told, Ended):
            dialog = LogDialog(self._name, told.result or "", self._bench.window)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()
