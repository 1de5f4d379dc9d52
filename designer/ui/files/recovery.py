"""Recovery: unsaved work is kept beside the settings, so that a crash loses nothing that was on the canvas."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from designer.core.diff.change import Parts
from designer.core.storage.writing import reason
from designer.engine.runs.run_lock import BusyError
from designer.ui.editing.editor import Editor
from designer.ui.files.lost_work import KeptPlace, KeptWork, Lost
from designer.ui.widgets.timers import once_after

_PAUSE_MS = 400


class _Keep(QRunnable):
    """Writes off the window's thread: the disk may be slow, and a Design never changes. `tell` takes why it failed."""

    def __init__(self, place: KeptPlace, kept: KeptWork, tell: Callable[[str], object]) -> None:
        super().__init__()
        self._place, self._kept, self._tell = place, kept, tell

    def run(self) -> None:
        try:
            self._place.write(self._kept)
        except OSError as error:
            self._tell(reason(error))
        else:
            self._tell("")


class Recovery(QObject):
    """Keeps the design of an editor while it has unsaved changes. `told` says why that fails, and "" where it does not.

    `seen` and `name` say what its file held when it was last read or saved, and what the design is called.
    """

    told = Signal(str)

    def __init__(self, editor: Editor, seen: Callable[[], str], name: Callable[[], str]) -> None:
        super().__init__(editor)
        self._editor, self._seen, self._name = editor, seen, name
        self._place: KeptPlace | None = None
        self._opened = 0
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # in order: the last write wins
        self._pause = once_after(self, _PAUSE_MS, self._keep)
        editor.listen(Parts.DESIGN, lambda change: self._soon())
        editor.stack.cleanChanged.connect(lambda clean: self._soon())

    def _soon(self) -> None:
        """Without waiting for the end of the edits: somebody may edit for minutes without a pause."""
        if not self._pause.isActive():
            self._pause.start()

    def _keep(self) -> None:
        if self._editor.stack.isClean():
            self.forget()
        elif self._pool.activeThreadCount():
            self._pause.start()
        else:
            self._write()

    def _write(self) -> None:
        try:
            self._place = self._place or KeptPlace.new()
        except (OSError, BusyError) as error:
            self.told.emit(reason(error) if isinstance(error, OSError) else str(error))
            return
        opened = self._opened if not self._editor.stack.count() else 0
        path = self._editor.document.path
        kept = KeptWork(self._editor.design, path, self._seen(), self._name(), opened)
        self._pool.start(_Keep(self._place, kept, self.told.emit))

    def take_over(self, lost: Lost) -> None:
        """Keeps on in the place of work that was left behind: there is no moment at which it is nowhere."""
        self.forget()
        self._place = lost.place
        self._opened = lost.kept.opened + 1 if lost.kept else 0

    def forget(self) -> None:
        """The work was saved or given up."""
        self._pause.stop()
        self._pool.waitForDone()
        if self._place:
            self._place.clear()
            self._place = None
        self._opened = 0
