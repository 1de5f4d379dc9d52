"""An index over many runs, so that thousands of them are listed at once: a cache, made anew where it is missing.

What is true of a run stands in its folder. The index keeps a summary of each, with the times and sizes of the files
that it was read from; a run is read again where these are others.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from designer.core.storage.resources import cache_folder
from designer.engine.runs import run_about, run_trash
from designer.engine.runs.run_folder import DESIGN, METRICS
from designer.engine.runs.run_summary import RunSummary, from_json, read_summary, to_json

_VERSION = 2
_OPEN = ("running", "paused", "lost")
"""States that depend on whether a process is at work, which no file tells: such runs are always read."""


def index_file() -> Path:
    """Where the index is kept."""
    return cache_folder() / "runs.sqlite"


def run_folders(home: Path) -> Iterator[str]:
    """The runs in a folder of runs, the newest first; those in its trash are not among them.

    Texts and not paths, here and below: ten thousand of those, with the files in each, take more than a second.
    """
    try:
        with os.scandir(home) as entries:
            found = [entry.path for entry in entries if entry.name != run_trash.FOLDER and entry.is_dir()]
    except OSError:
        return
    for path in sorted(found, key=lambda path: os.path.basename(path), reverse=True):
        if os.path.exists(os.path.join(path, DESIGN)):
            yield path


def _untold(done: int, of: int) -> None:
    """Nobody asks how far it is."""


class RunIndex:
    """The summaries of runs. To be used by one thread; where its file cannot be used, every run is read."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or index_file()
        self._base = self._opened() or self._made_anew()

    def close(self) -> None:
        """Lets go of the file."""
        self._base.close()

    def runs(self, homes: Iterable[Path], told: Callable[[int, int], object] = _untold) -> list[RunSummary]:
        """All runs of these folders, the newest first.

        `told` is called with how many are looked at, of how many. Where it raises, what was read until then is kept.
        """
        known = self._known()
        found: list[RunSummary] = []
        new: list[tuple[str, str, str]] = []
        folders = [folder for home in dict.fromkeys(homes) for folder in run_folders(home)]
        try:
            for done, folder in enumerate(folders):
                told(done, len(folders))
                stamp = _stamp(folder)
                kept_at, text = known.get(folder, ("", ""))
                summary = _parsed(text) if stamp == kept_at else None
                if summary is None or summary.state in _OPEN:
                    summary = read_summary(Path(folder))
                    new.append((folder, stamp, to_json(summary)))
                found.append(summary)
        finally:
            self._keep(new, known.keys() - set(folders))
        return sorted(found, key=lambda run: (run.begun, run.folder), reverse=True)

    def _known(self) -> dict[str, tuple[str, str]]:
        """What is kept, by folders. Damage far behind the beginning of the file is seen here alone."""
        try:
            return {folder: (stamp, text) for folder, stamp, text in self._base.execute("SELECT * FROM runs")}
        except sqlite3.Error:
            self._base.close()
            self._base = self._made_anew()
            return {}

    def _keep(self, new: list[tuple[str, str, str]], gone: Iterable[str]) -> None:
        lost = [(folder,) for folder in gone if not os.path.isdir(folder)]
        fit = [row for row in new if _is_text(row[0])]
        with contextlib.suppress(sqlite3.Error), self._base:
            self._base.executemany("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", fit)
            self._base.executemany("DELETE FROM runs WHERE folder = ?", lost)

    def _opened(self) -> sqlite3.Connection | None:
        """The index that is there; None where it is damaged or of another version."""
        base = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            base = sqlite3.connect(self._path, timeout=1.0)
            if base.execute("PRAGMA user_version").fetchone()[0] == _VERSION:
                base.execute("SELECT folder, stamp, summary FROM runs LIMIT 1")
                return base
        except (OSError, sqlite3.Error):
            pass
        if base is not None:
            base.close()
        return None

    def _made_anew(self) -> sqlite3.Connection:
        with contextlib.suppress(OSError, sqlite3.Error):
            self._path.unlink(missing_ok=True)
            return _prepared(sqlite3.connect(self._path, timeout=1.0))
        return _prepared(sqlite3.connect(":memory:"))


def runs_of(homes: Iterable[Path], told: Callable[[int, int], object] = _untold) -> list[RunSummary]:
    """All runs of these folders by the index that is kept; see `RunIndex.runs`."""
    with contextlib.closing(RunIndex()) as index:
        return index.runs(homes, told)


def _prepared(base: sqlite3.Connection) -> sqlite3.Connection:
    with base:
        base.execute("CREATE TABLE runs (folder TEXT PRIMARY KEY, stamp TEXT, summary TEXT)")
        base.execute(f"PRAGMA user_version = {_VERSION}")
    return base


def _stamp(folder: str) -> str:
    """What tells whether a run has changed since it was read."""
    told = []
    for name in (METRICS, run_about.FILE):
        try:
            found = os.stat(os.path.join(folder, name))
            told.append(f"{found.st_mtime_ns}:{found.st_size}")
        except OSError:
            told.append("-")
    return " ".join(told)


def _is_text(folder: str) -> bool:
    """Whether its name is text: on Linux it may be any bytes, which no index keeps."""
    try:
        folder.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parsed(text: str) -> RunSummary | None:
    try:
        return from_json(text)
    except (TypeError, ValueError):
        return None
