"""Where runs are kept that nobody has named a folder for: beside the architecture file, or in the program's own folder.

A project's runs lie in `runs/` beside its file, so that they move and are copied with it. Designs that are in no file
yet, examples, and files in folders that cannot be written have theirs in the folder that settings are kept in.
"""

from __future__ import annotations

import os
import re
from datetime import datetime
from itertools import count
from pathlib import Path

from designer.core.storage import files
from designer.core.storage.resources import data_folder, examples_folder

NAME = "runs"
_LONGEST = 60
_UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
"""What some system takes in no file name."""


def own_home() -> Path:
    """The folder of runs whose design is in no file of its own."""
    return data_folder() / NAME


def home_of(file: Path | None) -> Path:
    """The folder of the runs of an architecture file, or of none."""
    if file is None or file.parent == examples_folder() or not _is_writable(file.parent):
        return own_home()
    return file.parent / NAME


def _is_writable(folder: Path) -> bool:
    beside = folder / NAME
    return os.access(beside if beside.is_dir() else folder, os.W_OK | os.X_OK)


def title_of(file: Path) -> str:
    """What a file's runs are called: its name without the suffix."""
    return file.name.removesuffix(files.SUFFIX)


def new_folder(home: Path, title: str, now: datetime | None = None) -> Path:
    """A folder for a run that begins now, which is not there yet: `2026-11-30_18-37-19_digits`.

    By their names they stand in the order in which they were begun.
    """
    stamp = (now or datetime.now()).strftime("%Y-%m-%d_%H-%M-%S")
    words = _words(title)
    names = (f"{stamp}_{words}{f'_{number}' if number > 1 else ''}" for number in count(1))
    return next(home / name for name in names if not os.path.lexists(home / name))


def is_named_after(folder: Path, title: str) -> bool:
    """Whether `new_folder` could have named a run's folder so for this title."""
    return re.fullmatch(rf"[0-9-]{{10}}_[0-9-]{{8}}_{re.escape(_words(title))}(_\d+)?", folder.name) is not None


def _words(title: str) -> str:
    return _UNFIT.sub("_", title).strip(" ._")[:_LONGEST].strip(" ._") or "run"
