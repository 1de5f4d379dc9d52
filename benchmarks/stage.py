"""A stage for the real window: a scratch folder for its settings, and ways to wait that let other threads run.

Waiting is done in a Qt event loop of its own: it gives the interpreter lock back while it sleeps.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer, SignalInstance

from designer.ui.app.application import make_application, open_window
from designer.ui.app.main_window import MainWindow
from designer.ui.style.theme import Theme

POLL_MS = 20
LIMIT_MS = 600_000


@contextmanager
def stage(path: Path | None = None, settle_ms: int = 200) -> Iterator[tuple[MainWindow, Theme]]:
    """The window at its first size, drawn; with a file, or as at a first start. Closed and gone afterwards."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DESIGNER_DATA"] = folder
        theme = Theme(make_application())
        window = open_window(theme, path)
        window.settings.train_again = "start_over"  # nobody is there who could be asked
        window.resize(1440, 900)
        window.show()
        try:
            pause(settle_ms)
            yield window, theme
        finally:
            window.editor.stack.setClean()
            window.close()
            window.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def pause(milliseconds: int) -> None:
    """Serves the window for so long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_for(signal: SignalInstance, begin: Callable[[], object], limit_ms: int = LIMIT_MS) -> object:
    """Begins something and serves the window until the signal comes; what it carried. TimeoutError if it does not."""
    loop, got = QEventLoop(), []

    def take(event: object) -> None:
        got.append(event)
        loop.quit()

    signal.connect(take)
    QTimer.singleShot(limit_ms, loop, loop.quit)
    begin()
    loop.exec()
    signal.disconnect(take)
    if not got:
        raise TimeoutError(f"no signal within {limit_ms / 1000:.0f} s")
    return got[0]


def wait_until(holds: Callable[[], bool], limit_ms: int = LIMIT_MS) -> None:
    """Serves the window until something holds. TimeoutError if it never does."""
    loop = QEventLoop()
    poll = QTimer(interval=POLL_MS)
    poll.timeout.connect(lambda: loop.quit() if holds() else None)
    poll.start()
    QTimer.singleShot(limit_ms, loop, loop.quit)
    loop.exec()
    poll.stop()
    if not holds():
        raise TimeoutError(f"still waiting after {limit_ms / 1000:.0f} s")
