"""Files dropped on the window: architectures are opened, models of Keras imported."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Takes files anywhere on the window."""
    FileDrops(bench)


class FileDrops(QObject):
    """Files are welcome everywhere; what is inside the window takes what is its own, and leaves them to the window."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        bench.window.setAcceptDrops(True)
        bench.window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A drag that comes over the window, and its end."""
        if isinstance(event, QDragEnterEvent) and _files(event.mimeData()):
            event.acceptProposedAction()
            return True
        if type(event) is QDropEvent and (paths := _files(event.mimeData())):
            event.acceptProposedAction()
            # Once the drag is over: the program that it came from waits for its end, and there may be a question.
            QTimer.singleShot(0, self._bench, lambda: self._take(paths))
            return True
        return False

    def _take(self, paths: list[Path]) -> None:
        """Opens the file; of several there is no telling which is meant."""
        if len(paths) > 1:
            self._bench.say(f"{len(paths)} files were dropped: the window shows one at a time.", 0)
            return
        self._bench.opening.open_file(paths[0])


def _files(data: QMimeData) -> list[Path]:
    """The files of this machine that are dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
