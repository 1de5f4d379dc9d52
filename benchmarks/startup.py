"""How long a start takes: the window, and `designer check` on the article's CNN.

    python -m benchmarks.startup [--runs N]

Each run is a new process. The clock starts before the process does. For the window it stops when the process says
that the canvas has been painted for the first time; it also says whether torch had been imported by then, which
would be a mistake: torch comes in on the engine's thread, behind the drawn window. For `designer check` it stops
when the process has ended. An interpreter that does nothing and one that imports torch are timed for comparison,
turn by turn: the share of torch's computing is what can be compared between machines, and between busy hours of one.
The first round is not counted: it fills the disk cache. Windows are drawn off screen unless QT_QPA_PLATFORM says
otherwise.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from statistics import median

from designer.core.storage.resources import example

OPEN = """
import gc
import sys
import time
gc.disable()
import designer.ahead_of_qt
from designer.__main__ import own_import
with own_import():
    from PySide6 import QtWidgets
from PySide6.QtCore import QEvent, QObject
from designer.ui.app.application import make_application, open_window
from designer.ui.style.theme import Theme

class Painted(QObject):
    seen = False
    def eventFilter(self, watched, event):
        self.seen = self.seen or event.type() == QEvent.Type.Paint
        return False

application = make_application()
window = open_window(Theme(application))
painted = Painted()
window.view.viewport().installEventFilter(painted)
window.show()
while not painted.seen:
    application.processEvents()
print("with" if "torch" in sys.modules else "without", time.process_time(), flush=True)
sys.stdin.readline()
window.close()
"""


ROUNDS = (
    ("interpreter alone", ("-c", "pass")),
    ("import torch", ("-c", "import torch")),
    ("designer check mnist_cnn", ("-m", "designer", "check", str(example("mnist_cnn")))),
)


@dataclass(frozen=True)
class Taken:
    """Seconds on the clock, and of computing, until a process was where it should be."""

    clock: float
    computing: float


def time_window() -> tuple[Taken, bool]:
    """How long it took until the window was painted, and whether torch was there."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "DESIGNER_DATA": folder}
        pipe = subprocess.PIPE
        began = time.perf_counter()
        with subprocess.Popen([sys.executable, "-c", OPEN], env=environment, stdin=pipe, stdout=pipe) as process:
            assert process.stdout is not None
            answer = process.stdout.readline().decode().split()
            seconds = time.perf_counter() - began
            process.communicate(b"\n")
    if not answer:
        raise SystemExit("the window did not open")
    return Taken(seconds, float(answer[1])), answer[0] == "with"


def time_process(*arguments: str) -> Taken:
    began, before = time.perf_counter(), _of_children()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return Taken(time.perf_counter() - began, _of_children() - before)


def _of_children() -> float:
    spent = os.times()
    return spent.children_user + spent.children_system


def show(name: str, taken: list[Taken], torch: list[Taken], note: str = "") -> None:
    """The medians, and by how much the computing of a round is more than that of its `import torch`."""
    clock, computing = (median(getattr(item, part) for item in taken) for part in ("clock", "computing"))
    share = median(item.computing / beside.computing for item, beside in zip(taken, torch, strict=True))
    print(f"{name:<28} {clock:>7.2f} s  {computing:>7.2f} s  {share:>9.2f}   {note}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    taken: dict[str, list[Taken]] = {name: [] for name, _ in ROUNDS}
    windows: list[tuple[Taken, bool]] = []
    for number in range(max(parser.parse_args().runs, 1) + 1):
        one = {name: time_process(*arguments) for name, arguments in ROUNDS}
        window = time_window()
        if number:
            windows.append(window)
            for name, seconds in one.items():
                taken[name].append(seconds)
    beside = taken["import torch"]
    print(f"{'':<28} {'clock':>9}  {'computing':>9}  {'of torch':>9}")
    for name, seconds in taken.items():
        show(name, seconds, beside)
    note = "torch was imported" if any(torch for _, torch in windows) else "torch not imported"
    show("window drawn", [seconds for seconds, _ in windows], beside, note)


if __name__ == "__main__":
    main()
