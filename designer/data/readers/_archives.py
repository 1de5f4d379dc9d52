"""Unpacks archives of data: plain files alone, none of them outside a folder, and no more than there may be."""

from __future__ import annotations

import atexit
import lzma
import os
import re
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp
from typing import IO

from designer.data.readers._parts import tells_of_others

MOST_MEMBERS = 500_000
MOST_UNPACKED = 8 * 2**30
"""Bytes of all members together."""
MOST_TIMES = 400
"""How much larger than the archive all of it may be where it is not small: data rarely pack so well, and traps do."""
SMALL_UNPACKED = 2**28
BY_YOURSELF = "unpack it yourself if you trust it, and choose the folder that comes of it"
_AT_ONCE, _MEMBERS_AT_ONCE = 2**20, 64
"""After so many bytes or members is told how far it is."""
_NO_FILES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?|.*:.*")
"""What names something else than a file on Windows."""
_CHINESE = re.compile(rb"(?=.*[\xb0-\xf7][\xa1-\xfe])([\x00-\x7f]|[\xa1-\xf7][\xa1-\xfe])*", re.DOTALL)


@dataclass(frozen=True)
class PackedFile:
    """A file or folder in an archive, with the bytes that it says it takes, and why it cannot be unpacked, if so."""

    name: str
    size: int
    opened: Callable[[], IO[bytes]]
    is_folder: bool = False
    problem: str = ""


@dataclass
class Unpacking:
    """Writes members one after the other, and stops where there are more than there may be."""

    folder: Path
    raw: IO[bytes]
    packed: int
    """Bytes of the archive."""
    most_bytes: int
    told: Callable[[int, int], object]
    members: int = 0
    files: int = 0
    written: int = 0
    of: int = 0
    """Bytes of all members, where an archive tells them ahead."""

    def expect(self, members: int, size: int) -> None:
        """Raises ValueError where so many members, or bytes of them, are too many."""
        if members > MOST_MEMBERS:
            raise ValueError(f"it holds {members:,} members: expected at most {MOST_MEMBERS:,}: {BY_YOURSELF}")
        expect_no_trap(size, self.packed)
        if size > self.most_bytes:
            room = f"there is room for {in_bytes(self.most_bytes)}"
            raise ValueError(f"it would take {in_bytes(size)} unpacked, and {room}: {BY_YOURSELF}")

    def put(self, member: PackedFile) -> None:
        """Unpacks the next one. Raises ValueError where it is not what it should be."""
        self.members += 1
        self.expect(self.members, self.written + member.size)
        if member.problem:
            raise ValueError(f"{short(member.name)!r}: {member.problem}: {BY_YOURSELF}")
        place = self.folder.joinpath(*place_within(member.name))
        try:
            if member.is_folder:
                place.mkdir(parents=True, exist_ok=True)
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                self._write(member, place)
        except (FileExistsError, NotADirectoryError):
            raise ValueError(f"{short(member.name)!r}: another member has its place: {BY_YOURSELF}") from None
        if self.members % _MEMBERS_AT_ONCE == 0:
            self._tell()

    def _write(self, member: PackedFile, place: Path) -> None:
        with member.opened() as source, place.open("xb") as target:
            while piece := source.read(_AT_ONCE):
                self.written += len(piece)
                self.expect(self.members, self.written)
                target.write(piece)
                if len(piece) == _AT_ONCE:
                    self._tell()
        self.files += 1

    def _tell(self) -> None:
        self.told(*((self.written, self.of) if self.of else (self.raw.tell(), self.packed)))


def expect_no_trap(size: int, packed: int) -> None:
    """Raises ValueError where so many bytes come of so few as no data do."""
    if size > max(SMALL_UNPACKED, MOST_TIMES * packed):
        times = f"{size // max(packed, 1):,} times as much as packed"
        raise ValueError(
            f"it would take {in_bytes(size)} unpacked, {times}: expected at most {MOST_TIMES}: {BY_YOURSELF}"
        )


def unpacked(archive: Path, members: Callable[[IO[bytes], str, Unpacking], Iterator[PackedFile]]) -> Path:
    """The data that are in an archive, unpacked for as long as the program runs. Raises as `unpack` does."""
    folder = mkdtemp(prefix="data-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    unpack(archive, Path(folder), members)
    return data_within(Path(folder))


def data_within(folder: Path) -> Path:
    """The file or folder that the data are: what lies alone in a folder, or a file beside a README, is looked into."""
    place = folder
    while place.is_dir():
        shown = (item for item in place.iterdir() if not item.name.startswith((".", "__")))
        found = list(islice(shown, 8))
        others = found if len(found) in (1, 8) else [item for item in found if not tells_of_others(item.name)]
        if len(others) != 1 or (len(found) > 1 and others[0].is_dir()):
            break
        place = others[0]
    return place


def unpack(
    archive: Path,
    folder: Path,
    members: Callable[[IO[bytes], str, Unpacking], Iterator[PackedFile]],
    most_bytes: int = MOST_UNPACKED,
    told: Callable[[int, int], object] = lambda done, of: None,
) -> tuple[int, int]:
    """Unpacks an archive into an empty folder: how many files came of it, and their bytes.

    `members` lists what is in an open archive of some name. Raises ValueError for what is damaged, encrypted or too
    large, and for a member that is no plain file or folder within: nothing is left out, so that data are whole or not
    there. Raises OSError where the disk has no room.
    """
    with archive.open("rb") as raw, _told_of(archive):
        work = Unpacking(folder, raw, os.fstat(raw.fileno()).st_size, most_bytes, told)
        for member in members(raw, archive.name, work):
            work.put(member)
        return work.files, work.written


def place_within(name: str, windows: bool = os.name == "nt") -> tuple[str, ...]:
    """The folders and the name of a member. Raises ValueError for one that would lie elsewhere or be no file."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    drives_or_up = any(not part.strip(" .") or re.match("[A-Za-z]:", part) for part in parts)
    if name.startswith(("/", "\\")) or drives_or_up:
        raise ValueError(f"{short(name)!r}: it would lie outside the folder that it is unpacked into: {BY_YOURSELF}")
    if "\0" in name or (windows and any(map(_NO_FILES.fullmatch, parts))):
        raise ValueError(f"{short(name)!r}: no file can have that name: {BY_YOURSELF}")
    return tuple(parts)


def in_letters(name: bytes) -> str:
    """A name of which the archive does not say how it is written: UTF-8, Chinese Windows, or the first PCs."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("gb18030" if _CHINESE.fullmatch(name) else "cp437")


def in_bytes(size: int) -> str:
    """In words: 1.5 GiB."""
    return f"{size / 2**30:,.1f} GiB" if size >= 2**29 else f"{size / 2**20:,.1f} MiB"


def short(name: str) -> str:
    """A name for a message, however long it is."""
    return name if len(name) <= 100 else f"{name[:60]}…{name[-30:]}"


@contextmanager
def _told_of(archive: Path) -> Iterator[None]:
    """What is wrong with an archive, as a ValueError that names it."""
    try:
        yield
    except UnicodeError as error:
        raise ValueError(f"{archive}: it is damaged: {error}") from None
    except ValueError as error:
        raise ValueError(f"{archive}: {error}") from None
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError) as error:
        raise ValueError(f"{archive}: it is damaged or cut short: {error}") from None
    except (RuntimeError, NotImplementedError) as error:  # a tar may have heads of heads without end
        raise ValueError(f"{archive}: it cannot be unpacked: {error}") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise ValueError(f"{archive}: it is damaged: {error}") from None
