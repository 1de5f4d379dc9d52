"""Room on disk for what can be made again: what was not used for longest goes first, and nothing that is in use."""

from __future__ import annotations

import os
import secrets
import shutil
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from designer.core.storage.resources import cache_folder

SIZE = "size"
"""A file in an entry, which is a folder, that says how many bytes all of it takes; where there is none its files do."""
_SHARE_OF_FREE = 0.5
_KINDS = ("rows", "unpacked")
"""The folders that entries are in: rows that took long to read, and what archives have in them."""


class Hold:
    """Keeps an entry from making room, in all programs of a person, until `release` or until nobody knows this."""

    def __init__(self, entry: Path) -> None:
        mark = _marks(entry) / own_name()
        with suppress(OSError):  # on a disk that takes nothing there is nothing to make room for, either
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
        self.release = weakref.finalize(self, _take_away, mark)


def _take_away(mark: Path) -> None:
    with suppress(OSError):
        mark.unlink()
        mark.parent.rmdir()


def _marks(entry: Path) -> Path:
    return cache_folder() / "in use" / f"{entry.parent.name}-{entry.name}"


def unpacked_folder() -> Path:
    """Where there is an entry for each archive, called after what is in that."""
    return cache_folder() / "unpacked"


def own_name() -> str:
    """The name of a file or folder that is this process's own."""
    return f"{os.getpid()}-{secrets.token_hex(4)}"


def is_of_the_living(item: Path) -> bool:
    """Whether the process that gave a file or folder an own name is still there."""
    import psutil

    process = item.name.partition("-")[0]
    return process.isdigit() and psutil.pid_exists(int(process))


def _is_held(entry: Path) -> bool:
    with suppress(OSError):
        return any(is_of_the_living(mark) for mark in _marks(entry).iterdir())
    return False


def used() -> int:
    """Bytes that all entries take."""
    return sum(_size_of(entry) for entry in _entries())


def empty() -> int:
    """Removes all entries but those that are in use, and gives the bytes that they have taken."""
    before = used()
    for entry in _entries():
        if not _is_held(entry):
            remove(entry)
    return before - used()


def _entries() -> list[Path]:
    folders = [cache_folder() / kind for kind in _KINDS]
    return [entry for folder in folders if folder.is_dir() for entry in folder.iterdir() if entry.is_dir()]


@contextmanager
def unfinished(kind: str) -> Iterator[Path]:
    """A new folder in which an entry is made, gone in the end unless it was moved. Raises OSError.

    What was left by programs that were killed meanwhile is removed.
    """
    folder = cache_folder() / kind / own_name()
    with suppress(OSError):
        for item in folder.parent.iterdir():
            if not is_of_the_living(item):
                shutil.rmtree(item, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def most_bytes(folder: Path, limit: int) -> int:
    """How large an entry of a folder may be. Raises OSError where the folder cannot be made."""
    folder.mkdir(parents=True, exist_ok=True)
    return min(limit, int(shutil.disk_usage(folder).free * _SHARE_OF_FREE))


def make_room(folder: Path, wanted: int, limit: int) -> None:
    """Removes entries of a folder, those not used for longest first, until so many bytes more keep to a limit.

    Raises OSError where the folder cannot be read.
    """
    entries = sorted((item for item in folder.iterdir() if item.is_dir()), key=lambda item: item.stat().st_mtime)
    sizes = {item: _size_of(item) for item in entries}
    taken = sum(sizes.values())
    for entry in entries:
        if taken + wanted <= limit:
            return
        if not _is_held(entry):
            remove(entry)
            taken -= sizes[entry]


def remove(entry: Path) -> None:
    """Takes an entry away; at once under its name, so that nobody finds half of it."""
    gone = entry.with_name(f".{entry.name}-{secrets.token_hex(4)}")
    with suppress(OSError):
        entry.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _size_of(entry: Path) -> int:
    with suppress(OSError, ValueError):
        return int((entry / SIZE).read_text(encoding="ascii"))
    with suppress(OSError):
        return sum(_bytes_on_disk(item) for item in entry.iterdir() if item.is_file())
    return 0


def _bytes_on_disk(file: Path) -> int:
    """Of a file that is not filled yet those that are written."""
    there = file.stat()
    return min(there.st_size, getattr(there, "st_blocks", there.st_size) * 512)
