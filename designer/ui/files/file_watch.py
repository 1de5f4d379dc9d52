"""FileWatch: notices when the file of the open design is changed, replaced or taken away by somebody else."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal

from designer.core.schema.limits import MAX_FILE_BYTES
from designer.core.session.document import Document
from designer.core.storage.reading import MissingError, ReadingError, read_bounded
from designer.ui.widgets.timers import once_after

State = Literal["same", "changed", "gone"]
_SETTLE_MS = 150
_GONE_MS = 500
"""Some programs take a file away before they write it anew."""


def digest_of(path: Path) -> str:
    """SHA-256 of what a file holds; empty where there is none, and words that no digest is where it cannot be read."""
    try:
        return hashlib.sha256(read_bounded(path, MAX_FILE_BYTES)).hexdigest()
    except MissingError:
        return ""
    except ReadingError as error:
        return str(error)


def digest_of_text(text: str) -> str:
    """SHA-256 of a text as it is written."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class FileWatch(QObject):
    """Compares the file with what it held when it was last read or saved, by content.

    `found(state)` comes when that has changed; on every `look`, the state is looked up anew. The folder is watched as
    well as the file, since many programs replace a file instead of writing into it.
    """

    found = Signal(str)

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self.seen = ""
        """SHA-256 of what the file held when it was last read or saved; empty where that is not known."""
        self._told = ("same", "")
        self._stamp: object = None
        self._missed = False
        self._watcher = QFileSystemWatcher(self)
        self._soon = once_after(self, _SETTLE_MS, self.look)
        self._watcher.fileChanged.connect(lambda name: self.look_soon())
        self._watcher.directoryChanged.connect(lambda name: self.look_soon())
        document.path_changed.connect(self._follow)

    def expect(self, digest: str) -> None:
        """The file has just been read or saved, and holds this."""
        self.seen = digest
        self._stamp = _stamp(self._document.path)
        self._tell("same", digest)
        self._renew()

    def expect_from_before(self, digest: str) -> None:
        """The file held this when it was last read or saved, in a window before this one."""
        self.seen, self._stamp = digest, None
        self.look_soon()

    def holds(self) -> str:
        """SHA-256 of what the file holds now; empty where there is none."""
        return digest_of(self._document.path) if self._document.path else ""

    def trouble(self) -> str:
        """Why the file cannot be read where it is; empty where it can be."""
        if self._document.path is None:
            return ""
        try:
            read_bounded(self._document.path, MAX_FILE_BYTES)
        except ReadingError as error:
            return str(error)
        return ""

    def state(self) -> State:
        """How the file stands now, read anew: a time stamp may be an old one."""
        now = self.holds()
        if self._document.path is None:
            return "same"
        if not now:
            return "gone" if self.seen else "same"  # where it has never been, there is nothing to miss
        return "same" if now == self.seen or not self.seen else "changed"

    def look_soon(self) -> None:
        """Looks once things have settled."""
        self._soon.start(_SETTLE_MS)

    def look(self) -> None:
        """Tells what has become of the file, if that is new."""
        self._renew()
        stamp = _stamp(self._document.path)
        if stamp == self._stamp and stamp is not None:
            return
        state = self.state()
        if state == "gone" and not self._missed:
            self._missed = True
            self._soon.start(_GONE_MS)
            return
        self._missed = False
        self._stamp = stamp
        self._tell(state, self.holds())

    def _tell(self, state: State, digest: str) -> None:
        before, self._told = self._told, (state, digest)
        if before != self._told and (before[0], state) != ("same", "same"):
            self.found.emit(state)

    def _follow(self) -> None:
        """Another file is open, or none."""
        self.seen, self._stamp, self._missed = "", _stamp(self._document.path), False
        self._tell("same", "")
        self._renew()

    def _renew(self) -> None:
        """Watches what there is to watch: a file that was replaced is another one, and a link leads elsewhere."""
        path = self._document.path
        wanted: set[str] = set()
        if path is not None:
            places = (path, path.parent, Path(os.path.realpath(path)).parent)
            wanted = {str(place) for place in places if os.path.exists(place)}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if watched - wanted:
            self._watcher.removePaths(sorted(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(sorted(wanted - watched))


def _stamp(path: Path | None) -> object:
    """What changes when somebody writes a file; None where there is none."""
    if path is None:
        return None
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino, status.st_dev
