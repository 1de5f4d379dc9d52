"""Thousands of files that are nearly right, through `designer check`, the window, and the import from Keras.

    python -m benchmarks.fuzzing [check] [window] [keras] [--files N] [--seed N] [--keep FOLDER]

- check: 10,000 files through the function that the command calls, and every 500th through the command itself.
- window: 1,000 files, opened; each panel is shown in turn, and a block of each network is selected.
- keras: the models that the tests build, with one value of a layer's configuration changed, each value to several.

The files come from the examples and from hostile ones, each by its seed. Told are the longest time of this process's
own thread, the most memory that one file took beyond what was there, and every traceback; a file that takes more than
2 seconds or 500 MB, or ends in a traceback, is kept in the folder of --keep, and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.mutations import corpus, hostile, mutated

SECONDS, MEGABYTES = 2.0, 500
PARTS = ("check", "window", "keras")


@dataclass
class Report:
    """What became of the files of one part."""

    name: str
    keep: Path | None = None
    count: int = 0
    longest: tuple[float, str] = (0.0, "")
    largest: tuple[float, str] = (0.0, "")
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, name: str, content: bytes, seconds: float, megabytes: float, outcome: str, problem: str) -> None:
        """One file more."""
        self.count += 1
        self.outcomes[outcome] += 1
        self.longest = max(self.longest, (seconds, name))
        self.largest = max(self.largest, (megabytes, name))
        slow = f"took {seconds:.1f} s" if seconds > SECONDS else ""
        large = f"took {megabytes:.0f} MB" if megabytes > MEGABYTES else ""
        for what in filter(None, (slow, large, problem)):
            self.failures.append(f"{name}: {what}")
            print(f"  {self.failures[-1]}", flush=True)
            if self.keep:
                (self.keep / f"{self.name}-{name.replace(' ', '-')}.json").write_bytes(content)

    def tell(self) -> None:
        """Prints the figures."""
        print(f"{self.name}: {self.count:,} files, {len(self.failures)} failures")
        (seconds, slowest), (megabytes, largest) = self.longest, self.largest
        print(f"  longest {seconds:.2f} s ({slowest}), largest {megabytes:.0f} MB ({largest})")
        print("  " + ", ".join(f"{words} {number:,}" for words, number in self.outcomes.most_common()), flush=True)


@dataclass
class Measured:
    """The time of this thread and the memory of the process, of what is done within."""

    seconds: float = 0.0
    megabytes: float = 0.0


@contextlib.contextmanager
def measured() -> Iterator[Measured]:
    """Measures what is done within. Memory is the highest level beyond where it was, on Linux; elsewhere it is 0."""
    found, before = Measured(), _memory("VmRSS")
    _forget_peak()
    began = time.thread_time()
    try:
        yield found
    finally:
        found.seconds = time.thread_time() - began
        found.megabytes = max(_memory("VmHWM") - before, 0.0)


def _memory(name: str) -> float:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)


def _forget_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def texts(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """The hostile files, and then so many that are changed, with their names."""
    for name, text in hostile().items():
        yield name, text.encode()
    found = corpus()
    for number in range(seed, seed + count):
        yield f"seed {number}", mutated(found, number)


def through_check(count: int, seed: int, report: Report) -> None:
    """Each file through the function of `designer check`, and some through the command."""
    from designer.__main__ import main

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "given.network.json"
        for number, (name, content) in enumerate(texts(count, seed)):
            path.write_bytes(content)
            out, err, problem, code = io.StringIO(), io.StringIO(), "", -1
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), measured() as took:
                try:
                    code = main(["check", str(path), *(["--json"] if number % 3 == 0 else [])])
                except (Exception, SystemExit):
                    problem = traceback.format_exc(limit=-3)
            printed = out.getvalue() + err.getvalue()
            if len(err.getvalue()) > 40_000 or not all(map(_shown, printed.splitlines())):
                problem = problem or "printed too much, or what a terminal obeys"
            outcome = {0: "valid", 1: "refused" if not out.getvalue() else "with problems"}.get(code, "ended")
            if number % 500 == 0:
                problem = problem or _by_command(path, code)
            report.add(name, content, took.seconds, took.megabytes, outcome, problem)


def _shown(line: str) -> bool:
    return line.isprintable()


def _by_command(path: Path, code: int) -> str:
    """What is wrong with what the command itself says of a file."""
    done = subprocess.run(
        [sys.executable, "-m", "designer", "check", str(path)], capture_output=True, text=True, timeout=120
    )
    if done.returncode != code or "Traceback" in done.stderr:
        return f"the command gave {done.returncode}, not {code}: {done.stderr[-600:]}"
    return ""


def through_window(count: int, seed: int, report: Report) -> None:
    """Each file into one window; what opens is looked at in every panel."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QDialog

    from designer.ui.app.application import make_application, open_window
    from designer.ui.style.theme import Theme

    application = make_application()
    window = open_window(Theme(application))
    raised: list[str] = []
    sys.excepthook = lambda kind, error, trace: raised.append(
        "".join(traceback.format_exception(kind, error, trace, limit=-4))
    )
    threading.excepthook = lambda args: raised.append(f"in a thread: {args.exc_value!r}")

    def close_boxes() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QDialog):
            box.reject()

    timer = QTimer(interval=5, timeout=close_boxes)
    timer.start()
    window.show()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "given.network.json"
        for name, content in texts(count, seed):
            path.write_bytes(content)
            raised.clear()
            window.editor.stack.setClean()
            with measured() as took:
                opened = window.filing.open(path)
                if opened:
                    _look_at_all(window, application)
            report.add(name, content, took.seconds, took.megabytes, "opened" if opened else "refused", "".join(raised))
    window.editor.stack.setClean()
    window.close()
    application.processEvents()


def _look_at_all(window: Any, application: Any) -> None:
    for block in list(window.scene.cards)[:1]:
        window.scene.select(block)
    for dock in window.docks.values():
        dock.show()
        dock.raise_()
        application.processEvents()
    window.docks["Analyzer"].widget().refresh()
    window.view.fit()
    application.processEvents()


def through_keras(count: int, seed: int, report: Report) -> None:
    """Every value in the configurations of the tests' models, changed to several others, one at a time."""
    from benchmarks.keras_mutations import configurations, recorded
    from designer.interop.keras.file.errors import KerasError
    from designer.interop.keras.importing import import_keras

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        for name, config in configurations(recorded(), count, seed):
            content = json.dumps(config).encode()
            path.write_bytes(content)
            problem, outcome = "", "imported"
            with measured() as took:
                try:
                    found = import_keras(path)
                    unforeseen = [note.why for note in found.notes if "an error of the program" in note.why]
                    outcome = "imported with an error of the program" if unforeseen else outcome
                    problem = "; ".join(unforeseen[:1])
                except KerasError:
                    outcome = "refused"
                except (Exception, SystemExit):
                    outcome, problem = "ended", traceback.format_exc(limit=-3)
            report.add(name, content, took.seconds, took.megabytes, outcome, problem)


THROUGH: dict[str, tuple[Callable[[int, int, Report], None], int]] = {
    "check": (through_check, 10_000),
    "window": (through_window, 1_000),
    "keras": (through_keras, 13_626),
}


def main() -> int:
    """Runs the parts that are named, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], default=[])
    parser.add_argument("--files", type=int, metavar="N", help="files of each part instead of the usual number")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to keep the files that failed")
    options = parser.parse_args()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    reports = []
    for name in options.parts or PARTS:
        run, usual = THROUGH[name]
        reports.append(Report(name, options.keep))
        with contextlib.suppress(KeyboardInterrupt):  # Ctrl+C ends a part, with the figures so far
            run(options.files or usual, options.seed, reports[-1])
        reports[-1].tell()
    return 1 if any(report.failures for report in reports) else 0


if __name__ == "__main__":
    sys.exit(main())
