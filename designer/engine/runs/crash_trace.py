"""What a process that crashes leaves of itself: the stacks of its threads, in the folder of the run that it trained.

Python writes them when a library ends the process (`faulthandler`), into a file that is open as long as a run is under
way. What kills a process without asking it, as a system without memory does, leaves that file empty.
"""

from __future__ import annotations

import contextlib
import faulthandler
import signal
import sys
from pathlib import Path
from typing import IO

from designer.core.storage.reading import text_if_there

FILE = "crash.txt"
_MOST_BYTES = 1 << 20
_may_be_kept = False
"""Whether this process is the program, and not another one that uses its parts: that one's settings stay."""


def allow() -> None:
    """From now on this process writes down how it crashes, while it trains."""
    global _may_be_kept
    _may_be_kept = True


class CrashTrace:
    """Fatal errors go into a file in a run's folder, until `end`, which takes it away. One at a time for a process."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._was_enabled = faulthandler.is_enabled()
        self._file: IO[bytes] | None = None
        if _may_be_kept:
            with contextlib.suppress(OSError):
                self._file = self._path.open("wb", buffering=0)
                self._begin(self._file)

    @staticmethod
    def _begin(file: IO[bytes]) -> None:
        faulthandler.enable(file=file, all_threads=True)
        if sys.platform != "win32":
            faulthandler.register(signal.SIGTERM, file=file, all_threads=True, chain=True)

    def end(self) -> None:
        """The run is over: nothing has crashed."""
        if self._file is None:
            return
        if sys.platform != "win32":
            faulthandler.unregister(signal.SIGTERM)
        faulthandler.disable()
        if self._was_enabled and sys.__stderr__ is not None:
            with contextlib.suppress(OSError, ValueError):
                faulthandler.enable(file=sys.__stderr__)
        with contextlib.suppress(OSError):
            self._file.close()
        self._file = None
        with contextlib.suppress(OSError):
            self._path.unlink()


def read_trace(folder: Path) -> str:
    """The stacks that a crash has left in a run's folder; empty where there are none."""
    return text_if_there(folder / FILE, _MOST_BYTES)


def forget_trace(folder: Path) -> None:
    """Takes it away, once it stands elsewhere."""
    with contextlib.suppress(OSError):
        (folder / FILE).unlink(missing_ok=True)
