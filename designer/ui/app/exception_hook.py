"""Errors in the window's own code are told, and the window goes on. Telling them must itself never fail."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget
from shiboken6 import isValid

from designer.ui.widgets.message_box import MessageBox


class ExceptionHook(QObject):
    """Takes the place of `sys.excepthook` while a window is served; any thread may raise.

    `note` is given every traceback, for the log of the run that is under way.
    """

    _happened = Signal(str, str)

    def __init__(self, window: QWidget, note: Callable[[str], object] = lambda text: None) -> None:
        super().__init__()
        self._window, self._note = window, note
        self._box: QMessageBox | None = None
        self._happened.connect(self._show, Qt.ConnectionType.AutoConnection)

    def __enter__(self) -> ExceptionHook:
        self._before = sys.excepthook
        sys.excepthook = self._tell
        return self

    def __exit__(self, *_: object) -> None:
        sys.excepthook = self._before

    def _tell(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        with suppress(Exception):  # without a console, or where it is closed
            text = "".join(traceback.format_exception(kind, error, trace))
            sys.stderr.write(text)
            sys.stderr.flush()
        with suppress(Exception):
            self._note(text)
        with suppress(Exception):  # on the window's thread, as only that may touch widgets
            self._happened.emit(f"{kind.__name__}: {error}", text)

    def _show(self, summary: str, details: str) -> None:
        """One box at a time: an error that comes with every repaint must not bury the window."""
        with suppress(Exception):
            if not isValid(self._window) or not self._window.isVisible():
                return
            if self._box is not None and isValid(self._box) and self._box.isVisible():
                return
            box = MessageBox(self._window)
            box.setIcon(QMessageBox.Icon.Warning)
            box.setWindowTitle("Something went wrong")
            box.setText(summary)
            box.setObjectName("errorBox")
            box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            box.setInformativeText("Your work is still here. Please save it, and report this with the details.")
            box.setDetailedText(details)
            box.open()
            self._box = box
