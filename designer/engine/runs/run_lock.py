"""A lock on a run's folder: one process at a time may write there. The system lets go of it when its holder dies."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import sys
import time
import weakref
from dataclasses import dataclass
from pathlib import Path

FILE = "lock"
_BUSY = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_TRIES, _PAUSE = 10, 0.005
"""Who only looks whether a run is under way has its lock for some microseconds: that is waited for, in seconds."""
_FAR = 1 << 30
"""Windows locks bytes: one far behind the text, so that others can read who holds the lock."""


@dataclass(frozen=True)
class Holder:
    """Who is at work in a folder: the number of its process, its computer, and since when, in local time."""

    process: int
    computer: str
    since: str

    @property
    def is_here(self) -> bool:
        """Whether it is this very process."""
        return self.process == os.getpid() and self.computer == socket.gethostname()


class BusyError(Exception):
    """Another process is at work: the `holder`, or None where it has not said yet who it is. The message tells it."""

    def __init__(self, holder: Holder | None) -> None:
        who = f"process {holder.process} on {holder.computer}" if holder else "another process"
        super().__init__(f"{who} is at work there{f' since {holder.since}' if holder else ''}")
        self.holder = holder


class RunLock:
    """Holds the lock from when it is made until `release`, or until nobody knows it any more.

    Raises BusyError where it is held, also by this process, and OSError where its file cannot be opened. `works` is
    False on file systems without locks, some of networks, where two processes would not notice each other.
    """

    def __init__(self, path: Path, names_holder: bool = True) -> None:
        self.works = True
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o644)
        self._handle = handle
        self._close = weakref.finalize(self, os.close, handle)
        try:
            _lock_behind_lookers(handle) if names_holder else _lock(handle, shared=True)
        except OSError as error:
            if error.errno in _BUSY:
                holder = _holder(handle)
                self._close()
                raise BusyError(holder) from None
            self.works = False
        if names_holder:
            _name_holder(handle)

    def is_at(self, path: Path) -> bool:
        """Whether it still holds the file that lies there, and not one that was there before."""
        try:
            return os.path.samestat(os.fstat(self._handle), os.stat(path))
        except OSError:
            return False

    def release(self) -> None:
        """Lets others in. The file stays: taking it away would let in two, one of them with the file that is gone."""
        self._close()


def is_held(folder: Path) -> bool:
    """Whether a process is at work in a run's folder."""
    return who_holds(folder)[0]


def who_holds(folder: Path) -> tuple[bool, Holder | None]:
    """Whether a process is at work in a run's folder, and which, where it has said so.

    The lock is tried, and let go of at once. It is shared by those who look, so that no two of them take each other
    for somebody who works there.
    """
    path = folder / FILE
    if not path.is_file():
        return False, None
    try:
        RunLock(path, names_holder=False).release()
    except BusyError as error:
        return True, error.holder
    except OSError:
        return False, None
    return False, None


def _lock_behind_lookers(handle: int) -> None:
    for _ in range(_TRIES - 1):
        try:
            _lock(handle)
            return
        except OSError as error:
            if error.errno not in _BUSY:
                raise
        time.sleep(_PAUSE)
    _lock(handle)


def _lock(handle: int, shared: bool = False) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


def _name_holder(handle: int) -> None:
    """Leaves word for those who find the folder locked. On a full disk they do without."""
    since = time.strftime("%Y-%m-%d %H:%M:%S")
    words = json.dumps({"process": os.getpid(), "computer": socket.gethostname(), "since": since})
    with contextlib.suppress(OSError):
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, words.encode() + b"\n")


def _holder(handle: int) -> Holder | None:
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        found = json.loads(os.read(handle, 1000))
        return Holder(int(found["process"]), str(found["computer"]), str(found["since"]))
    except (OSError, ValueError, KeyError, TypeError):  # it has the lock, and has not said yet who it is
        return None
