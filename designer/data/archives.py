"""Archives as data: unpacked into the cache of the program, never beside a person's files, and read from there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from threading import Lock

from designer.core.storage.resources import cache_folder
from designer.core.storage.writing import reason
from designer.data.cache_room import SIZE, Hold, make_room, most_bytes, remove, unfinished, unpacked_folder
from designer.data.errors import DataError
from designer.data.fingerprint import fingerprint
from designer.data.formats.base import Opened, Progress, untold

ENDINGS = (".zip", ".tar", ".tgz", ".tbz2", ".tbz", ".txz", ".gz", ".bz2", ".xz")
"""The last endings of archives, in lower case."""
LIMIT = 8 * 2**30
"""Bytes that all unpacked archives take together, at most, but for those that are in use."""
_TARS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz")
_READ_PACKED = (".csv.gz", ".tsv.gz", ".tab.gz", ".data.gz", ".idx.gz", "-ubyte.gz", ".idx1-ubyte.gz", ".idx3-ubyte.gz")
"""Endings of packed files that the sources read as they are."""
_whole: set[Path] = set()
"""Entries of the cache that have been found to be whole."""
_one_at_a_time = Lock()


@dataclass(frozen=True)
class ArchiveReader:
    """A function of a module in `designer.data.readers`, which scripts have the source of."""

    module: str
    function: str

    @property
    def home(self) -> str:
        """The module that the function is in."""
        return f"designer.data.readers.{self.module}"


UNPACKED = ArchiveReader("_archives", "unpacked")
"""What unpacks for scripts."""


def lister_of(path: Path) -> ArchiveReader | None:
    """What lists an archive, by its name; None for a folder, and for all that the sources read as it is."""
    name = path.name.lower()
    if not name.endswith(ENDINGS) or name.endswith(_READ_PACKED) or path.is_dir():
        return None
    if name.endswith(".zip"):
        return ArchiveReader("_zip_files", "members_of_zip")
    return ArchiveReader("_tar_files", "members_of_tar" if name.endswith(_TARS) else "single_member")


@dataclass(frozen=True)
class Place:
    """Where data can be read: at their own path, or where an archive has been unpacked."""

    path: Path
    archive: Path | None = None
    inside: Path = Path()
    """The folder that stands for the archive."""

    @contextmanager
    def told(self) -> Iterator[None]:
        """What is told of files within names the archive, and not the cache."""
        try:
            yield
        except DataError as error:
            if self.archive is None:
                raise
            raise type(error)(str(error).replace(str(self.inside), str(self.archive))) from error

    def kept(self, opened: Opened) -> Opened:
        """What was opened there; it stays unpacked as long as somebody may read from it."""
        if self.archive is None or not opened.lazy:
            return opened
        from designer.data.held_columns import HeldColumn  # brings in NumPy

        hold = Hold(self.inside.parent)
        lazy = {name: HeldColumn(column, self.told, hold) for name, column in opened.lazy.items()}
        return replace(opened, lazy=lazy)


@contextmanager
def readable(path: Path, progress: Progress = untold) -> Iterator[Place]:
    """A path as it can be read: an archive is unpacked, unless it has been before, and stays so meanwhile.

    Raises DataError for one that is damaged, too large or not safe to unpack, and what `progress` raises.
    """
    lister = lister_of(path)
    if lister is None or not path.is_file():
        yield Place(path)
        return
    entry = unpacked_folder() / _key(path)
    hold = Hold(entry)
    try:
        place = _unpacked(path, lister, entry, progress)
        with place.told():
            yield place
    finally:
        hold.release()


def _unpacked(path: Path, lister: ArchiveReader, entry: Path, progress: Progress) -> Place:
    from designer.data.readers._archives import data_within

    inside = entry / _stem(path)
    try:
        with _alone(progress):
            if not _is_whole(entry):
                _unpack(path, lister, entry, progress)
        os.utime(entry)
        return Place(data_within(inside), path, inside)
    except OSError as error:
        raise DataError(f"{path}: it cannot be unpacked in {cache_folder()}: {reason(error)}") from error


def _key(path: Path) -> str:
    """Another one for another content: a fingerprint knows the ends of a large file alone, so its time counts, too."""
    told = f"{path.name}\0{path.stat().st_mtime_ns}\0{fingerprint(path)}"
    return hashlib.sha256(told.encode(errors="surrogateescape")).hexdigest()[:24]


def _stem(path: Path) -> str:
    """What an archive is called without its endings; data are called so, too."""
    stem = path.name.rstrip(". ")
    while os.path.splitext(stem)[1].lower() in ENDINGS:
        stem = os.path.splitext(stem)[0]
    return stem


@contextmanager
def _alone(progress: Progress) -> Iterator[None]:
    """One thread unpacks at a time: others may want the same. Who no longer wants to wait is let go."""
    while not _one_at_a_time.acquire(timeout=0.05):
        progress(0, 0)
    try:
        yield
    finally:
        _one_at_a_time.release()


def _is_whole(entry: Path) -> bool:
    """Whether all is there that was unpacked; what a cleaner or a power cut has left of it is removed."""
    if not entry.is_dir():
        return False
    if entry not in _whole:
        try:
            noted = int((entry / SIZE).read_text(encoding="ascii"))
        except (OSError, ValueError):
            noted = -1
        if noted != _bytes_below(entry):
            remove(entry)
            return False
        _whole.add(entry)
    return True


def _bytes_below(entry: Path) -> int:
    """Of all files in the folders of an entry."""
    folders = (os.walk(item) for item in entry.iterdir() if item.is_dir())
    return sum(
        os.stat(os.path.join(folder, name)).st_size for walk in folders for folder, _, names in walk for name in names
    )


def _unpack(path: Path, lister: ArchiveReader, entry: Path, progress: Progress) -> None:
    """Unpacks it beside the entries first: an entry is whole, or not there."""
    from designer.data.readers._archives import unpack

    most = most_bytes(entry.parent, LIMIT)
    with unfinished("unpacking") as beside:
        inside = beside / _stem(path)
        inside.mkdir()
        try:
            files, size = unpack(path, inside, getattr(import_module(lister.home), lister.function), most, progress)
        except ValueError as error:
            raise DataError(str(error)) from None
        if not files:
            raise DataError(f"{path}: there is no file in it")
        (beside / SIZE).write_text(str(size), encoding="ascii")
        make_room(entry.parent, size, LIMIT)
        _move(beside, entry)


def _move(beside: Path, entry: Path) -> None:
    try:
        beside.rename(entry)
    except OSError:
        if not _is_whole(entry):  # another process may have been quicker
            raise
    _whole.add(entry)
