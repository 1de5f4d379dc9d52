"""Thousands of random actions in the real window: no exception, no message of Qt, no thread left, nothing that hangs.

    python -m benchmarks.random_actions [--seed N] [--actions N] [--hang SECONDS]

It does what a person can: every command of the menus, keys and chords, the mouse at any place of the canvas and every
panel, context menus, fields of forms with words and nonsense, panels closed and taken out, blocks dropped and typed,
files dropped, opened, saved, exported and imported, training begun and stopped. Dialogs are answered at random. Now and
then the window is closed and opened anew, sometimes as after a crash. All files are in a folder of its own.

The window runs in a process of its own, so that a crash is told as well: with the seed, the trace and the last actions.
Actions are drawn by the seed, and by what the window offers; how far training has come meanwhile is not the seed's.
"""

from __future__ import annotations

import argparse
import faulthandler
import importlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QRect, QThreadPool
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QApplication

from benchmarks.answering import Answering, SystemDialogs
from benchmarks.faults import Faults, tail
from benchmarks.mutations import mutated
from benchmarks.person import LARGEST, Person
from benchmarks.stage import pause
from designer.core.storage import files
from designer.core.storage.resources import examples
from designer.ui.app.application import make_application, open_window
from designer.ui.app.main_window import MainWindow
from designer.ui.style.theme import Theme

CASES = Path(__file__).parents[1] / "tests" / "interop" / "cases"
CLOSING, HANG = 0.006, 20.0
_QUICK = {"epochs": 1, "batch_size": 256}
_DAMAGED = 6


def fill(folder: Path, seed: int) -> None:
    """The files that are there to be opened: examples that train quickly, damaged ones, models of Keras, a table."""
    texts = [path.read_text(encoding="utf-8") for path in examples()]
    for path, text in zip(examples(), texts, strict=True):
        design = json.loads(text)
        design["training"] = {**design.get("training", {}), **_QUICK}
        (folder / path.name).write_text(json.dumps(design), encoding="utf-8")
    for number in range(_DAMAGED):
        (folder / f"damaged {number}{files.SUFFIX}").write_bytes(mutated(texts, seed * 100 + number))
    (folder / "a table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    for path in sorted(CASES.rglob("*.keras")):
        (folder / f"{path.parent.name}.keras").write_bytes(path.read_bytes())


class Trial:
    """One person's time with the program: windows come and go, the settings and the files stay."""

    def __init__(self, theme: Theme, folder: Path, seed: int, faults: Faults) -> None:
        self._theme, self._folder, self._faults = theme, folder, faults
        self._chance = random.Random(seed)
        self.person = Person(self._chance, folder)
        self._answering = Answering(random.Random(seed + 1), faults.did)
        self.dialogs = SystemDialogs(random.Random(seed + 2), folder)
        self._threads = set(threading.enumerate())
        self.windows = 0

    def run(self, actions: int) -> None:
        """Does so many actions, and closes the window in the end."""
        with self._faults.watching(), self.dialogs.in_place(), _large_screen():
            self._open()
            for step in range(1, actions + 1):
                self._faults.begin(step)
                self._one()
                if not self.person.window.isVisible() or self._chance.random() < CLOSING:
                    self._begin_anew()
            self._close()

    def _open(self) -> None:
        there = sorted(self._folder.glob(f"*{files.SUFFIX}"))
        path = self._chance.choice(there) if self._chance.random() < 0.3 else None
        self._faults.did(f"opens a window on {path.name if path else 'nothing'}")
        with self._answered():
            window = open_window(self._theme, path)
            window.settings.train_again = "start_over"
            window.show()
            window.activateWindow()
            pause(20)
        self.person.window = window
        self.windows += 1

    def _one(self) -> None:
        with self._answered():
            if self._answering.answer():
                QCoreApplication.processEvents()
                return
        if QApplication.activeWindow() is None:
            self.person.window.activateWindow()
        deed = self.person.deed()
        self._faults.did(deed)
        with self._answered():
            self._do(deed)
            QCoreApplication.processEvents()
        if self._chance.random() < 0.1:  # the engine's thread has its turn
            self._faults.did("waits")
            with self._answered():
                pause(self._chance.choice([10, 30, 100]))
        self._look()

    def _do(self, deed: str) -> None:
        """What raises in Qt's virtual functions comes back here; a widget that went under the mouse is no fault."""
        try:
            self._faults.did(f"  {self.person.do(deed)}")
        except Exception as error:
            is_ours = traceback.extract_tb(error.__traceback__)[-1].filename.startswith(str(Path(__file__).parent))
            if not (is_ours and "already deleted" in str(error)):
                self._faults.add(f"{type(error).__name__}: {error}", traceback.format_exc())

    def _look(self) -> None:
        window = self.person.window
        if window.isVisible() and set(window.scene.cards) != set(window.editor.shown.network.nodes):
            self._faults.add("the canvas does not show the document")

    @contextmanager
    def _answered(self) -> Iterator[None]:
        self._answering.begin()
        try:
            yield
        finally:
            self._answering.end()

    def _begin_anew(self) -> None:
        """Closes the window, and opens another one; sometimes what was kept is there, as after a crash."""
        kept = self._kept() if self._chance.random() < 0.5 else {}
        self._close()
        for path, content in kept.items():
            path.write_bytes(content)
        self._open()

    def _kept(self) -> dict[Path, bytes]:
        recovery = Path(os.environ["DESIGNER_DATA"]) / "recovery"
        return {path.with_name(f"0{path.name}"): path.read_bytes() for path in recovery.glob("*.json")}

    def _close(self) -> None:
        """Until it is closed: the question may be answered by Cancel."""
        self._faults.did("closes the window")
        window = self.person.window
        for attempt in range(20):
            with self._answered():
                while self._answering.answer():
                    QCoreApplication.processEvents()
                if not window.isVisible() or window.close():
                    break
            if attempt == 15:
                window.editor.stack.setClean()
        else:
            self._faults.add("the window does not close")
        self._take_away(window)

    def _take_away(self, window: MainWindow) -> None:
        window.deleteLater()
        del self.person.window
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        left = [thread.name for thread in set(threading.enumerate()) - self._threads]
        left += ["of Qt's pool"] * QThreadPool.globalInstance().activeThreadCount()
        if left:
            self._faults.add(f"threads are left: {left}")
        shown = [type(widget).__name__ for widget in QApplication.topLevelWidgets() if widget.isVisible()]
        if shown:
            self._faults.add(f"windows are left: {shown}")


@contextmanager
def _large_screen() -> Iterator[None]:
    """Without a screen Qt makes up one of 800×800, which the window would fit."""
    before = QScreen.__dict__["availableGeometry"]
    QScreen.availableGeometry = lambda screen: QRect(0, 0, *LARGEST)  # type: ignore[method-assign]
    try:
        yield
    finally:
        QScreen.availableGeometry = before  # type: ignore[method-assign]


def drive(seed: int, actions: int, hang: float, journal: Path) -> int:
    """In this process."""
    faulthandler.enable()
    importlib.import_module(
        "designer.engine.service.engine_service"
    )  # torch, which a busy machine takes longer for than closing waits
    begin = time.process_time()
    with tempfile.TemporaryDirectory() as folder, journal.open("w", encoding="utf-8") as lines:
        os.environ["DESIGNER_DATA"], place = f"{folder}/data", Path(folder) / "files"
        place.mkdir()
        fill(place, seed)
        faults = Faults(f"seed {seed}", lines, hang)
        trial = Trial(Theme(make_application()), place, seed, faults)
        trial.run(actions)
    total = f"{actions:,} actions in {trial.windows} windows, {time.process_time() - begin:.0f} s of processor time"
    print(f"seed {seed}: {total}, {len(faults.told)} faults ({faults.seen.total()} in all)", flush=True)
    return 1 if faults.told else 0


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--actions", type=int, default=10_000)
    asked.add_argument("--hang", type=float, default=HANG, help="so many seconds without progress are a fault")
    asked.add_argument("--journal", type=Path, help=argparse.SUPPRESS)
    chosen = asked.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if chosen.journal:
        return drive(chosen.seed, chosen.actions, chosen.hang, chosen.journal)
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "journal"
        again = [sys.executable, "-m", "benchmarks.random_actions", *sys.argv[1:], "--journal", str(journal)]
        code = subprocess.run(again, check=False).returncode
        if code not in (0, 1) or not journal.exists():
            print(f"seed {chosen.seed}: the process ended with {code}, after\n  {tail(journal)}")
        return code


if __name__ == "__main__":
    sys.exit(main())
