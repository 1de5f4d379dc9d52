"""Files dropped on the window: architectures are opened, models of Keras imported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent

if TYPE_CHECKING:
    from designer.ui.app.main_window import MainWindow


def install(window: MainWindow) -> None:
    """Takes files anywhere on the window."""
    FileDrops(window)


class FileDrops(QObject):
    """Files are welcome everywhere; what is inside the window takes what is its own, and leaves them to the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A drag that comes over the window, and its end."""
        if isinstance(event, QDragEnterEvent) and _files(event.mimeData()):
            event.acceptProposedAction()
            return True
        if type(event) is QDropEvent and (paths := _files(event.mimeData())):
            event.acceptProposedAction()
            # Once the drag is over: the program that it came from waits for its end, and there may be a question.
            QTimer.singleShot(0, self._window, lambda: self._take(paths))
            return True
        return False

    def _take(self, paths: list[Path]) -> None:
        """Opens the file; of several there is no telling which is meant."""
        window = self._window
        if len(paths) > 1:
            window.statusBar().showMessage(f"{len(paths)} files were dropped: the window shows one at a time.")
            return
        window.open_file(paths[0])


def _files(data: QMimeData) -> list[Path]:
    """The files of this machine that are dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
