"""The trash of a folder of runs: what is deleted lies there, as it was, until the trash is emptied.

It is a folder beside the runs, so that a run goes there and comes back by another name alone, however large it is.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from designer.core.storage.writing import reason
from designer.engine.runs import run_lock
from designer.engine.runs.run_errors import RunError, RunWriteError
from designer.engine.runs.run_lock import BusyError, RunLock

FOLDER = ".trash"


def throw_away(folder: Path) -> Path:
    """Puts a run into the trash; where it lies then.

    Raises RunError where a process is at work on it, and RunWriteError where the folder cannot be moved.
    """
    if not folder.is_dir():
        raise RunError(f"{folder}: the run is no longer there")
    trash = folder.parent / FOLDER
    try:
        with _nobody_at_work(folder):
            trash.mkdir(exist_ok=True)
            place = _free_place(trash, folder.name)
            os.rename(folder, place)
    except BusyError:
        raise RunError(f"{folder}: the run is under way: stop it first") from None
    except OSError as error:
        raise RunWriteError(f"{folder}: the run cannot be moved to the trash: {reason(error)}") from None
    return place


@contextlib.contextmanager
def _nobody_at_work(folder: Path) -> Iterator[None]:
    """Has the lock meanwhile, so that nobody begins to work there; on Windows, which moves no open file, just before.

    Raises BusyError where somebody is at work.
    """
    lock = RunLock(folder / run_lock.FILE)
    if sys.platform == "win32":
        lock.release()
    try:
        yield
    finally:
        lock.release()


def put_back(thrown: Path, folder: Path) -> Path:
    """Takes a run out of the trash again; where it lies then: under another name where that has been taken since.

    Raises RunWriteError where it cannot be moved, or is gone.
    """
    place = _free_place(folder.parent, folder.name)
    try:
        os.rename(thrown, place)
    except OSError as error:
        raise RunWriteError(f"{folder}: the run cannot be taken out of the trash: {reason(error)}") from None
    return place


def thrown_away(homes: Iterable[Path]) -> list[Path]:
    """What lies in the trash of some folders of runs."""
    found: list[Path] = []
    for home in homes:
        try:
            with os.scandir(home / FOLDER) as entries:
                found += sorted(Path(entry.path) for entry in entries)
        except OSError:
            continue
    return found


def empty(thrown: Iterable[Path]) -> list[str]:
    """Deletes for good what lies in the trash; what could not be, and why, a sentence each."""
    problems = []
    for path in thrown:
        try:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            problems.append(f"{path}: the run cannot be deleted: {reason(error)}")
    return problems


def _free_place(home: Path, name: str) -> Path:
    names = (f"{name}{f'_{number}' if number > 1 else ''}" for number in count(1))
    return next(home / free for free in names if not os.path.lexists(home / free))
