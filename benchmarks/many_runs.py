"""How long the list of runs takes with thousands of them: read for the first time, and opened again.

    python -m benchmarks.many_runs [--runs N]

Run folders are made in a temporary place, as training leaves them. The panel of runs is shown in the real window, and
the clock runs from then until its rows are there: for the first time, when each folder is read and the index made, and
again, as every day, with the index at hand. Beside it stands how long the window's thread was held up at most, while
it was opened, sorted by a column and filtered. Windows are drawn off screen unless QT_QPA_PLATFORM says otherwise.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

GOAL_SECONDS = 1.0


def make_runs(home: Path, runs: int) -> None:
    from designer.core.storage.resources import example
    from tests.made_runs import make_run

    design, begun = example("mnist_cnn").read_bytes(), datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(runs):
        accuracies = tuple(0.5 + (number * epoch % 97) / 200 for epoch in range(1, 11))
        when = (begun + timedelta(minutes=20 * number)).strftime("%Y-%m-%dT%H:%M:%SZ")
        make_run(home, f"run {number:06}", design, accuracies=accuracies, begun=when, note=f"seed {number % 7}")


class LongestWait:
    """The longest time between two turns of the window's thread while it is asked for."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        self.milliseconds = 0.0
        self._last = 0.0
        self._timer = QTimer(interval=0)
        self._timer.timeout.connect(self._turn)

    def _turn(self) -> None:
        now = time.perf_counter()
        if self._last:
            self.milliseconds = max(self.milliseconds, 1000 * (now - self._last))
        self._last = now

    @contextmanager
    def watching(self) -> Iterator[None]:
        self.milliseconds, self._last = 0.0, 0.0
        self._timer.start()
        yield
        self._timer.stop()


def measure(runs: int) -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as place:
        os.environ["DESIGNER_DATA"] = place
        from designer.engine.runs.run_home import own_home

        began = time.perf_counter()
        make_runs(own_home(), runs)
        print(f"{runs:,} runs were made in {time.perf_counter() - began:.1f} s\n", flush=True)
        show()


def show() -> None:
    from PySide6.QtCore import Qt

    import designer.ahead_of_qt  # noqa: F401 - torch before Qt on Windows
    from designer.ui.app.application import make_application, open_window
    from designer.ui.panels.runs import RunsPanel
    from designer.ui.style.theme import Theme

    application = make_application()
    window = open_window(Theme(application))
    window.show()
    panel, waits = window.panel(RunsPanel), LongestWait()

    def until(holds: Callable[[], bool]) -> float:
        began = time.perf_counter()
        while not holds():
            application.processEvents()
        return time.perf_counter() - began

    settled = time.perf_counter() + 8
    until(lambda: time.perf_counter() > settled)  # torch has come in, and what was cut off has been looked for

    def opened(name: str) -> None:
        window.docks["Curves"].raise_()
        until(lambda: not panel.is_seen)
        panel.model.set_runs([])
        with waits.watching():
            window.docks["Runs"].raise_()
            seconds = until(lambda: panel.model.rowCount() > 0)
        print(f"{name:<24}{seconds:8.2f} s   longest wait {waits.milliseconds:6.1f} ms", flush=True)

    def done(name: str, what: Callable[[], object]) -> None:
        began = time.perf_counter()
        what()
        application.processEvents()
        print(f"{name:<24}{1000 * (time.perf_counter() - began):8.1f} ms", flush=True)

    from designer.engine.runs.run_index import index_file

    index_file().unlink(missing_ok=True)
    opened("first reading")
    for _ in range(3):
        opened("opened again")
    descending = Qt.SortOrder.DescendingOrder
    for column, title in ((2, "best"), (0, "name"), (5, "network")):
        done(f"sorted by {title}", lambda chosen=column: panel.table.sortByColumn(chosen, descending))  # type: ignore[misc]
    for words in ("seed 3", "nothing at all", ""):
        done(f"filtered by “{words}”", lambda typed=words: panel.line.setText(typed))  # type: ignore[misc]
    window.editor.stack.setClean()
    window.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How long the list of thousands of runs takes.")
    parser.add_argument("--runs", type=int, default=10_000)
    measure(parser.parse_args().runs)
