"""How long a start takes: the window, and `designer check` on the article's CNN.

    python -m benchmarks.startup [--runs N]

Each run is a new process. The clock starts before the process does. For the window it stops when the process says
that the canvas has been painted for the first time; it also says whether torch had been imported by then, which
would be a mistake: torch comes in on the engine's thread, behind the drawn window. For `designer check` it stops
when the process has ended. An interpreter that does nothing is timed for comparison. The first run of each is not
counted: it fills the disk cache. Windows are drawn off screen unless QT_QPA_PLATFORM says otherwise.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from statistics import median

from designer.core.storage.resources import example

OPEN = """
import sys
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
print("with torch" if "torch" in sys.modules else "without torch", flush=True)
sys.stdin.readline()
window.close()
"""


def time_window() -> tuple[float, bool]:
    """Seconds until the window was painted, and whether torch was there."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "DESIGNER_DATA": folder}
        pipe = subprocess.PIPE
        began = time.perf_counter()
        with subprocess.Popen([sys.executable, "-c", OPEN], env=environment, stdin=pipe, stdout=pipe) as process:
            assert process.stdout is not None
            answer = process.stdout.readline().decode().strip()
            seconds = time.perf_counter() - began
            process.communicate(b"\n")
    if not answer:
        raise SystemExit("the window did not open")
    return seconds, answer == "with torch"


def time_process(*arguments: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def show(name: str, seconds: list[float], note: str = "") -> None:
    counted = seconds[1:]
    print(f"{name:<28} {median(counted):>7.2f} s   {min(counted):>7.2f} – {max(counted):.2f}   {note}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = max(parser.parse_args().runs, 1) + 1
    print(f"{'':<28} {'median':>9}   {'fastest – slowest':>14}")
    show("interpreter alone", [time_process("-c", "pass") for _ in range(runs)])
    show("designer check mnist_cnn", [time_process("-m", "designer", "check", str(CNN)) for _ in range(runs)])
    windows = [time_window() for _ in range(runs)]
    torch = "torch was imported" if any(torch for _, torch in windows) else "torch not imported"
    show("window drawn", [seconds for seconds, _ in windows], torch)


CNN = example("mnist_cnn")

if __name__ == "__main__":
    main()
