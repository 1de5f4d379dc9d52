"""Where runs are kept that nobody has named a folder for: beside the architecture file, or in the program's own folder.

A project's runs lie in `runs/` beside its file, so that they move and are copied with it. Designs that are in no file
yet, examples, and files in folders that cannot be written have theirs in the folder that settings are kept in.
"""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from designer.core.storage import files
from designer.core.storage.resources import data_folder, examples_folder

NAME = "runs"
_LONGEST, _MOST_BYTES = 60, 200
"""Of a title, in letters and in bytes: a name of a file has 255 of those, with the time and a number."""
_STAMP, _STAMP_LETTERS = "%Y-%m-%d_%H-%M-%S", 19
_BEGINS = re.compile(r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_")
_SET_BACK = timedelta(days=1)
"""As far as a clock is set back, as by another system on the same computer. What lies further ahead was never true."""
_LONGEST_INSIDE = f".checkpoint.previous.safetensors.{'0' * 8}"
"""A name as long as any in a run's folder."""
_UNSEEN = ("Cc", "Cf", "Cs")
"""Categories of signs: they control, turn the direction of what is read, or are bytes that are no text."""
_IN_OWN = "This run is kept in the program's own folder."
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


@dataclass(frozen=True)
class MadePlace:
    """A folder that was made for a run, and what there is to say of where it lies, in a sentence."""

    folder: Path
    notice: str = ""


def made_place(file: Path | None, title: str, now: datetime | None = None) -> MadePlace:
    """Makes a folder for a run that begins now, `2026-11-30_18-37-19_digits`: no other run, of any process, has it.

    By their names they stand in the order in which they were begun, also where the clock was set back a little. Where
    none can be made beside the file it is in the program's own folder, which is said; where none can be made there
    either, one is named that is not there, and what begins a run in it tells why.
    """
    now, trouble = now or datetime.now(), ""
    if file is not None and file.parent != examples_folder() and home_of(file) == own_home():
        trouble = f"{file.parent}: no folder can be made there"
    for home in dict.fromkeys((home_of(file), own_home())):
        try:
            return MadePlace(_made(home, title, now), f"{trouble}. {_IN_OWN}" if trouble else "")
        except OSError as error:
            is_no_folder = isinstance(error, FileExistsError)
            why = "something else than a folder has this name" if is_no_folder else error.strerror or str(error)
            trouble = trouble or f"{home}: no folder can be made there: {why}"
    return MadePlace(own_home() / f"{now.strftime(_STAMP)}_{_words(title)}")


def _made(home: Path, title: str, now: datetime) -> Path:
    """Raises OSError."""
    home.mkdir(parents=True, exist_ok=True)
    stamp = _stamp_behind(home, now)
    for number in count(1):
        folder = home / f"{stamp}_{_words(title)}{f'_{number}' if number > 1 else ''}"
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        try:
            os.lstat(folder / _LONGEST_INSIDE)
        except FileNotFoundError:
            return folder
        except OSError:  # its path has room for the folder, and none for what is to lie in it
            folder.rmdir()
            raise
    raise AssertionError("numbers have no end")


def _stamp_behind(home: Path, now: datetime) -> str:
    """The time, or, where the clock was set back, the second behind the last run's."""
    with contextlib.suppress(OSError, ValueError):
        latest = max((name[:_STAMP_LETTERS] for name in os.listdir(home) if _BEGINS.match(name)), default="")
        last = datetime.strptime(latest, _STAMP)
        if now < last <= now + _SET_BACK:
            now = last + timedelta(seconds=1)
    return now.strftime(_STAMP)


def order_of(folder: Path, begun: str) -> str:
    """What runs are put in order by: the time in the name of their folder, or that at which they were begun, in UTC."""
    if _BEGINS.match(folder.name):
        return folder.name[:_STAMP_LETTERS]
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(begun).astimezone().strftime(_STAMP)
    return ""


def is_named_after(folder: Path, title: str) -> bool:
    """Whether `made_place` could have named a run's folder so for this title."""
    return re.fullmatch(rf"[0-9-]{{10}}_[0-9-]{{8}}_{re.escape(_words(title))}(_\d+)?", folder.name) is not None


def _words(title: str) -> str:
    """A title as a part of a folder's name: without signs that a system refuses, or that nobody sees."""
    plain = "".join("_" if unicodedata.category(sign) in _UNSEEN else sign for sign in title)
    words = _UNFIT.sub("_", plain).strip(" ._")[:_LONGEST]
    while len(os.fsencode(words)) > _MOST_BYTES:
        words = words[:-1]
    return words.strip(" ._") or "run"
