"""Recovery: unsaved work is kept beside the settings, so that a crash loses nothing that was on the canvas."""

from __future__ import annotations

import json
import os
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, QRunnable, QThreadPool, QTimer

from designer.core import files
from designer.core.design import Design
from designer.core.resources import data_folder
from designer.ui.editor import Editor

_PAUSE_MS = 400


class _Keep(QRunnable):
    """Writes off the window's thread: the disk may be slow, and a Design never changes."""

    def __init__(self, design: Design, path: Path | None, target: Path) -> None:
        super().__init__()
        self._design, self._path, self._target = design, path, target

    def run(self) -> None:
        content = {"path": str(self._path) if self._path else None, "design": files.to_json(self._design)}
        try:
            self._target.parent.mkdir(parents=True, exist_ok=True)
            files.write_atomically(self._target, json.dumps(content).encode())
        except OSError:
            return  # a full disk must not stop the person; saving by hand will tell


class Recovery(QObject):
    """Keeps the design of an editor while it has unsaved changes."""

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._file = data_folder() / "recovery" / f"{os.getpid()}-{id(self)}.json"
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)  # in order: the last write wins
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS, timeout=self._keep)
        editor.changed.connect(lambda before, after: self._pause.start())
        editor.stack.cleanChanged.connect(lambda clean: self._pause.start())

    def _keep(self) -> None:
        if self._editor.stack.isClean():
            self._pool.waitForDone()
            self._file.unlink(missing_ok=True)
        else:
            self._pool.start(_Keep(self._editor.design, self._editor.document.path, self._file))

    def forget(self) -> None:
        """The work was saved or given up."""
        self._pause.stop()
        self._pool.waitForDone()
        self._file.unlink(missing_ok=True)


def find_lost_work() -> tuple[Design, Path | None] | None:
    """What a program that did not end well has left, and the file it was of; the newest first. It is taken away."""
    folder = data_folder() / "recovery"
    left = [file for file in folder.glob("*.json") if not _alive(file)] if folder.is_dir() else []
    for file in sorted(left, key=lambda item: item.stat().st_mtime, reverse=True):
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            found = files.parse(json.dumps(content["design"])), Path(content["path"]) if content["path"] else None
        except (OSError, ValueError, KeyError, TypeError, files.FileError):
            file.unlink(missing_ok=True)
            continue
        file.unlink(missing_ok=True)
        return found
    return None


def _alive(file: Path) -> bool:
    process = file.stem.split("-")[0]
    return process.isdigit() and psutil.pid_exists(int(process))
