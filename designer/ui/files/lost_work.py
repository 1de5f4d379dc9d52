"""What a program that did not end well has left: it is claimed, so that two windows do not take it both, and stays
until a person has decided.

Beside each kept work `NAME.json` lies `NAME.lock`, which its window has locked for as long as it lives. What can be
locked was left behind, whatever its process was called and whoever is called so now.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from designer.core.graph.design import Design
from designer.core.schema.limits import MAX_FILE_BYTES
from designer.core.storage import files
from designer.core.storage.reading import MissingError, ReadingError, open_regular, read_bounded
from designer.core.storage.resources import data_folder
from designer.core.storage.writing import write_atomically
from designer.engine.runs.run_lock import BusyError, RunLock

_MARK = "unsaved work, SHA-256"


def kept_work_folder() -> Path:
    """Where unsaved work is kept."""
    return data_folder() / "recovery"


@dataclass(frozen=True)
class KeptWork:
    """Unsaved work as it is kept: what it is of, what that file held when it was last read or saved (SHA-256), the
    name for people, and how often it was opened at a start without anything being done to it since."""

    design: Design
    path: Path | None = None
    seen: str = ""
    name: str = ""
    opened: int = 0

    def to_bytes(self) -> bytes:
        """The content of its file."""
        words = {"path": str(self.path) if self.path else None, "seen": self.seen, "name": self.name}
        data = {**words, "opened": self.opened, "design": files.to_json(self.design)}
        # Escaped, other scripts would outgrow what can be read; half of a character alone is none of UTF-8.
        text = json.dumps(data, ensure_ascii=False).encode(errors="backslashreplace")
        return _head(text) + text

    @classmethod
    def read(cls, content: bytes) -> KeptWork:
        """Raises FileError, with what is wrong. A content of an earlier version has no checksum, and is JSON alone."""
        head, text = _parted(content)
        if head != (_head(text) if head else b""):
            raise files.FileError("recovery", ["it is damaged: its content is not what was written (checksum)"])
        content = text
        data = files.loaded(content.decode("utf-8", errors="replace"), "recovery")
        if not isinstance(data, dict) or not isinstance(data.get("design"), dict):
            raise files.FileError("recovery", ["there is no design in it"])
        path = data.get("path")
        return cls(
            files.parse(json.dumps(data["design"]), "recovery"),
            Path(path) if isinstance(path, str) and path else None,
            str(data.get("seen") or ""),
            str(data.get("name") or ""),
            data["opened"] if isinstance(data.get("opened"), int) else 0,
        )


def _head(text: bytes) -> bytes:
    """The first line of a file, by which a flipped bit anywhere is noticed. It is no JSON, so that none can hide it."""
    return f"{_MARK} {hashlib.sha256(text).hexdigest()}\n".encode()


def _parted(content: bytes) -> tuple[bytes, bytes]:
    """The first line and the JSON behind it; nothing in front of JSON alone."""
    if content[:1] == b"{":
        return b"", content
    head, line_end, text = content.partition(b"\n")
    return head + line_end, text


class KeptPlace:
    """A file for unsaved work, and the lock that says whose it is. Raises BusyError, and OSError without a folder."""

    def __init__(self, file: Path, locked: bool = True) -> None:
        self.file = file
        self._lock = RunLock(file.with_suffix(".lock")) if locked else None

    @classmethod
    def of(cls, file: Path) -> KeptPlace:
        """That of work which was left behind; where no lock can be made, on a disk that is read-only say, without."""
        try:
            return cls(file)
        except OSError:
            return cls(file, locked=False)

    @classmethod
    def new(cls) -> KeptPlace:
        """One that nobody has."""
        kept_work_folder().mkdir(parents=True, exist_ok=True)
        return cls(kept_work_folder() / f"{secrets.token_hex(8)}.json")

    def write(self, kept: KeptWork) -> None:
        """Puts work there in place of what was there. Raises OSError."""
        write_atomically(self.file, kept.to_bytes())

    def release(self) -> None:
        """Leaves the work to the next start."""
        if self._lock:
            self._lock.release()

    def clear(self) -> None:
        """The work was saved or given up. Its file goes first: who comes to have the lock then finds nothing."""
        with suppress(OSError):
            self.file.unlink(missing_ok=True)
            for half in self.file.parent.glob(f".{self.file.name}.*"):  # of a kill while it was written
                half.unlink(missing_ok=True)
        self.release()
        with suppress(OSError):
            self.file.with_suffix(".lock").unlink(missing_ok=True)


@dataclass(frozen=True)
class Lost:
    """Work that was left behind. Where it cannot be read there is a `problem` instead of `kept`."""

    place: KeptPlace
    time: float
    kept: KeptWork | None
    problem: str
    content: bytes | None
    """What its file holds; None where that was not read."""

    def is_saved(self) -> bool:
        """Whether the file that it is of holds just this: the program ended after it was saved."""
        if self.kept is None or self.kept.path is None:
            return False
        try:
            return files.read(self.kept.path) == self.kept.design
        except files.FileError:
            return False

    def save_to(self, path: Path) -> None:
        """Writes the design to a file, or what there is of one that cannot be read. Raises FileError and OSError."""
        if self.kept:
            files.write(self.kept.design, path)
            return
        write_atomically(path, _readable(self._whole() if self.content is None else self.content))

    def _whole(self) -> bytes:
        """The content of a file that was too large to be opened, or could not be read at the start of the window."""
        try:
            with open_regular(self.place.file) as file:
                return file.read()
        except ReadingError as error:
            raise files.FileError(self.place.file, [str(error)]) from None

    def count_opening(self) -> None:
        """Remembers that it is opened at a start, in case it is what ends the program."""
        if self.kept:
            with suppress(OSError):
                kept = self.kept
                self.place.write(KeptWork(kept.design, kept.path, kept.seen, kept.name, kept.opened + 1))


def claim_lost_work() -> list[Lost]:
    """All that was left behind, the newest first. It stays where it is."""
    found = [lost for file in _listed() if (lost := _claimed(file))]
    return sorted(found, key=lambda lost: lost.time, reverse=True)


def _listed() -> list[Path]:
    try:
        return sorted(kept_work_folder().glob("*.json"))
    except OSError:
        return []


def _claimed(file: Path) -> Lost | None:
    try:
        place = KeptPlace.of(file)
    except BusyError:
        return None
    time = 0.0
    try:
        time = file.stat().st_mtime
        content = read_bounded(file, MAX_FILE_BYTES)
    except (FileNotFoundError, MissingError):  # its window has just saved it
        place.clear()
        return None
    except (OSError, ReadingError) as error:
        return Lost(place, time, None, str(error), None)
    try:
        return Lost(place, time, KeptWork.read(content), "", content)
    except files.FileError as error:
        return Lost(place, time, None, "; ".join(error.problems[:3]), content)


def _readable(content: bytes) -> bytes:
    """The design in a content as a file has it; all of it where no design can be told."""
    try:
        data: Any = json.loads(_parted(content)[1])
        return (files.pretty(data["design"]) + "\n").encode()
    except (ValueError, KeyError, TypeError, RecursionError):
        return content
