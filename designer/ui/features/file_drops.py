"""What is dropped on the window: architectures are opened, models of Keras imported, all else is data to learn from.

While it is dragged over the window, this says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QTimer
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent

from designer.core.storage.file_kinds import holds_records, is_of_keras
from designer.data.archives import ENDINGS
from designer.data.formats.registry import bring_in, formats
from designer.ui.panels.data import DataPanel
from designer.ui.widgets.drop_overlay import DropOverlay
from designer.ui.widgets.timers import TurnByTurn
from designer.ui.workbench.workbench import Workbench

_OF_NETWORKS = {".json", ".keras"}
_OF_ARRAYS = {".h5", ".hdf5"}
"""Data, or a model as Keras used to write it."""


def install(bench: Workbench) -> None:
    """Takes files anywhere on the window."""
    FileDrops(bench)


class FileDrops(QObject):
    """Files are welcome everywhere; what is inside the window takes what is its own, and leaves them to the window."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._overlay = DropOverlay(bench.window, bench.theme)
        self._turns = TurnByTurn(self)
        bench.window.setAcceptDrops(True)
        bench.window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A drag that comes over the window, and its end."""
        if isinstance(event, QDragEnterEvent) and (paths := _files(event.mimeData())):
            event.acceptProposedAction()
            self._turns.begin(_once_known(paths, lambda: self._overlay.show_words(_words_for(paths))))
            return True
        if isinstance(event, QDragLeaveEvent | QDropEvent):
            self._turns.begin(iter(()))
            self._overlay.hide()
        if type(event) is QDropEvent and (paths := _files(event.mimeData())):
            event.acceptProposedAction()
            self._turns.begin(_once_known(paths, lambda: self._take_soon(paths)))
            return True
        return False

    def _take_soon(self, paths: list[Path]) -> None:
        """In a turn of its own, once the drag is over and what lay under the veil is painted.

        The program that the files came from waits for the end of the drag, and there may be a question.
        """
        QTimer.singleShot(0, self._bench, lambda: self._take(paths))

    def _take(self, paths: list[Path]) -> None:
        """Opens the file; of several there is no telling which is meant."""
        if len(paths) > 1:
            self._bench.say(f"{len(paths)} files were dropped: the window shows one at a time.", 0)
            return
        if _are_data(paths[0]):
            self._bench.panels.show("Data")
            self._bench.panels.of(DataPanel).open(paths[0])
        else:
            self._bench.opening.open_file(paths[0])


def _once_known(paths: list[Path], call: Callable[[], object]) -> Iterator[None]:
    """Calls when the sources of data are there by which a file is told, each of which takes some time to import."""
    if len(paths) == 1 and not paths[0].is_dir():
        yield from bring_in()
    call()


def _words_for(paths: list[Path]) -> str:
    """What a drop would do."""
    if len(paths) > 1:
        return "Drop one file or folder at a time"
    if _are_data(paths[0]):
        return f"Drop to read “{paths[0].name}” as data"
    if is_of_keras(paths[0]):
        return f"Drop to import the network of “{paths[0].name}”"
    return f"Drop to open the design “{paths[0].name}”"


def _are_data(path: Path) -> bool:
    """Whether it is a folder, an archive, or a file with an ending of a source, and no network by what is inside."""
    if path.is_dir():
        return True
    if path.suffix.lower() == ".json":
        return holds_records(path)
    if path.suffix.lower() in _OF_ARRAYS:
        from designer.data.formats.array_files.members import holds_arrays

        return holds_arrays(path)
    endings = {*ENDINGS, *(ending for form in formats().values() for ending in form.endings)} - _OF_NETWORKS
    return path.suffix.lower() in endings and not is_of_keras(path)


def _files(data: QMimeData) -> list[Path]:
    """The files of this machine that are dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
