"""What goes wrong while the window is driven: exceptions of any thread, Qt's messages, threads that are left, hangs."""

from __future__ import annotations

import faulthandler
import sys
import threading
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

OF_THE_PLATFORM = "This plugin does not support "
"""How the messages begin that the platform without a screen has for what it lacks: a size hint, raising, the mouse."""
REMEMBERED = 15


@dataclass
class Faults:
    """Takes down what goes wrong, with what was done last; `hang` seconds without anything done end the process."""

    name: str = ""
    journal: IO[str] | None = None
    hang: float = 0.0
    step: int = 0
    told: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    last: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def begin(self, step: int) -> None:
        """The next action begins."""
        self.step = step
        if self.hang:
            faulthandler.dump_traceback_later(self.hang, exit=True)

    def did(self, what: str) -> None:
        """What is done next."""
        self.last.append(f"{self.step}: {what}")
        if self.journal:
            self.journal.write(f"{self.last[-1]}\n")
            self.journal.flush()

    def add(self, what: str, details: str = "") -> None:
        """One fault; the same one again is only counted."""
        key = what + "".join(line for line in details.splitlines()[-3:])
        self.seen[key] += 1
        if self.seen[key] == 1:
            before = "\n  ".join(self.last)
            self.told.append(f"{self.name}, step {self.step}: {what}\n{details}\n  {before}")
            if self.journal:
                print(self.told[-1], flush=True)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Listens within."""
        hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
        sys.excepthook = self._raised
        sys.unraisablehook = lambda it: self._raised(it.exc_type, it.exc_value, it.exc_traceback, repr(it.object))
        threading.excepthook = lambda it: self._raised(it.exc_type, it.exc_value, it.exc_traceback, repr(it.thread))
        before: Callable[..., Any] | None = qInstallMessageHandler(self._said)
        try:
            yield
        finally:
            qInstallMessageHandler(before)
            sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
            if self.hang:
                faulthandler.cancel_dump_traceback_later()

    def _raised(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None, where: str = ""
    ) -> None:
        details = "".join(traceback.format_exception(kind, error, trace))
        self.add(f"{kind.__name__} {where}".strip(), details)

    def _said(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if not message.startswith(OF_THE_PLATFORM):
            self.add(f"Qt says: {message}", "".join(traceback.format_stack(limit=8)[:-1]))


def tail(journal: Path) -> str:
    """What was done last, of a process that has ended by itself."""
    lines = journal.read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n  ".join(lines[-REMEMBERED:])
