"""Starts the window."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from designer import __version__
from designer.core.storage.file_kinds import is_of_keras
from designer.ui.app.exception_hook import ExceptionHook
from designer.ui.app.main_window import MainWindow
from designer.ui.app.recovering import Recovering
from designer.ui.features import custom_kinds
from designer.ui.panels.data import DataPanel
from designer.ui.prefs.settings import Settings
from designer.ui.run.gc_control import freeze_libraries
from designer.ui.style import icons
from designer.ui.style.theme import Theme

_LAST_WAIT = 0.2
"""Seconds for each thread that is left when the window has gone."""


def make_application() -> QApplication:
    """The application object, named for the system."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("network-designer")
    application.setApplicationDisplayName("Network Designer")
    application.setApplicationVersion(__version__)
    application.setWindowIcon(icons.icon("app", "#1a63c6", "#999999"))
    return application


def open_window(theme: Theme, path: Path | None = None, data: str | Path | None = None) -> MainWindow:
    """A window on a file, on lost work, or on the first example; on an empty canvas where there are but data.

    `data` are the name of a source, or the path of a person's own, which are looked at beside the window.
    """
    window = new_window(theme)
    open_in(window, path, data)
    return window


def new_window(theme: Theme) -> MainWindow:
    """A window with nothing in it."""
    freeze_libraries()
    return MainWindow(theme, Settings())


def open_in(window: MainWindow, path: Path | None = None, data: str | Path | None = None) -> None:
    """What a start opens in a window that has nothing in it, as `open_window` has it."""
    custom_kinds.load(window.bench)
    recovering = Recovering(window.bench)
    if path and is_of_keras(path):
        window.filing.new()
        QTimer.singleShot(0, window, lambda: window.bench.opening.take_file(path))  # the report stands over the window
    elif path:
        if not window.filing.open(path):
            window.filing.new()
        window.view.fit()
    elif data:
        window.filing.new()
    elif recovering.open_newest():
        window.statusBar().showMessage("This is unsaved work from the last time, when the program did not end well.")
    else:
        window.bench.opening.open_first()
    recovering.offer()
    if data:
        QTimer.singleShot(0, window, lambda: _take_data(window, data))  # once what is open has come


def _take_data(window: MainWindow, data: str | Path) -> None:
    """What the network is to learn from, as a person would choose it in the panel."""
    window.bench.panels.show("Data")
    if isinstance(data, Path):
        window.bench.panels.of(DataPanel).open(data)
    else:
        window.bench.editor.set_data(data)


def run(path: Path | None, data: str | Path | None = None) -> int:
    """Opens the window and serves it until it is closed."""
    application = make_application()
    window = open_window(Theme(application), path, data)
    signal.signal(signal.SIGINT, lambda *_: window.close())
    with ExceptionHook(window, window.bench.kept_runs.note):
        window.show()
        code = application.exec()
        window.let_go()
    if _is_at_work():
        _leave(code)
    return code


def _is_at_work() -> bool:
    """Whether a thread is left that closing has not waited for to its end; a note for a log is soon written."""
    left = [thread for thread in threading.enumerate() if thread.daemon]
    for thread in left:
        thread.join(_LAST_WAIT)
    return any(thread.is_alive() for thread in left)


def _leave(code: int) -> None:
    """Ends the process under what takes longer than closing waits: a batch, or a regression beside the window.

    All is saved by then. To take the interpreter apart under torch ends in `std::terminate`: a thread that comes back
    from it, and finds no interpreter, is unwound through what may not be.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # there is no console, or it is closed
            stream.flush()
    os._exit(code)
