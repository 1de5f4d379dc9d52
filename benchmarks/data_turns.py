"""What large data ask of the window's thread: processor time of each of its turns, from the drop until all is shown.

    python -m benchmarks.data_turns [--only pictures table sounds text] [--profile]

A folder of 6,000 pictures, a CSV of 1,000,000 rows, a folder of 5,000 WAVs and a text of 50 MB are made in a temporary
folder. Each is dropped on the window of a first start, and then used as a person would: the panel is scrolled through,
the first network that is offered is taken, samples are selected, options are changed and taken back. A turn is what the
thread does between two moments at which it waits, and so the longest that a click would wait for it; what other threads
do meanwhile is not in it, nor is the time in which it waits for them. Wanted: none above 16 ms. `--profile` tells of
each turn above that what took long in it, which makes turns longer. Nothing is asserted.

Each line ends with what a fixed sum took meanwhile: where that differs, the machine was slower, and turns are as well.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import pstats
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from PySide6.QtCore import QAbstractEventDispatcher, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from benchmarks.large_data import pictures, sounds, tables, text
from benchmarks.stage import pause, stage, wait_until
from designer.core.schema.units import figure
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.data import DataPanel
from designer.ui.panels.feature_maps import FeatureMapsPanel
from designer.ui.panels.sample import SamplePanel
from tests.ui.driving import drop_files

FRAME_MS = 16.0
QUIET_POLLS = 30
PICTURES, ROWS, SOUNDS, LETTERS = 6_000, 1_000_000, 5_000, 50_000_000


class Turns:
    """Milliseconds of processor time in each turn of this thread's events, by what is done meanwhile."""

    def __init__(self, profiled: bool) -> None:
        self.spent: dict[str, list[float]] = {}
        self.sums: dict[str, float] = {}
        self._phase, self._profiled = "", profiled
        self._profile: cProfile.Profile | None = None
        self._began = time.thread_time()
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._end)

    @contextmanager
    def named(self, phase: str) -> Iterator[None]:
        """What is done within is told by this name."""
        self._end()
        self._phase = phase
        try:
            yield
        finally:
            self._end()
            self._phase = ""
            self.sums[phase] = yardstick()

    def _end(self) -> None:
        spent = (time.thread_time() - self._began) * 1000
        if self._profile:
            self._profile.disable()
        if self._phase:
            self.spent.setdefault(self._phase, []).append(spent)
            if self._profile and spent > FRAME_MS:
                print(f"\n{self._phase}, a turn of {spent:.1f} ms:\n{_said(self._profile)}")
        self._began = time.thread_time()
        if self._profiled:
            self._profile = cProfile.Profile(time.thread_time)
            self._profile.enable()


def _said(profile: cProfile.Profile) -> str:
    """The functions that took longest with all that they called."""
    written = io.StringIO()
    pstats.Stats(profile, stream=written).sort_stats("cumulative").print_stats(28)
    return "\n".join(line for line in written.getvalue().splitlines() if "/" in line or "{" in line)


def scroll(window: MainWindow) -> None:
    """The wheel goes to the end of the Data panel and back, a notch a turn."""
    panel = window.panel(DataPanel)
    bar, viewport = panel.verticalScrollBar(), panel.viewport()
    for notch, end in ((-120, bar.maximum), (120, bar.minimum)):
        while bar.value() != end():
            place = QPointF(4, 4)
            QApplication.sendEvent(viewport, _wheel(viewport, place, notch))
            pause(5)


def _wheel(widget: QWidget, place: QPointF, notch: int) -> QWheelEvent:
    nothing, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    phase = Qt.ScrollPhase.NoScrollPhase
    return QWheelEvent(place, widget.mapToGlobal(place), QPoint(), QPoint(0, notch), nothing, keys, phase, False)


def settle(window: MainWindow, path: Path) -> None:
    """Serves the window until the data are the design's, and all that is told of them has been shown for a while."""
    panel, quiet = window.panel(DataPanel), [0]
    at_hand = panel.at_hand

    def is_quiet() -> bool:
        is_shown = panel.is_made and at_hand.idle and at_hand.preview is not None and not panel.content.form.isHidden()
        quiet[0] = quiet[0] + 1 if is_shown and window.editor.design.data.path == path.as_posix() else 0
        return quiet[0] > QUIET_POLLS

    wait_until(is_quiet)


def use(window: MainWindow, path: Path, turns: Turns) -> None:
    """All that a person does with data, from the drop on."""
    with turns.named("drop, find, show"):
        drop_files(window, path)
        settle(window, path)
    with turns.named("scroll"):
        scroll(window)
    with turns.named("take a network"):
        button = window.findChild(QPushButton, "startingNetwork1")
        button.click()
        settle(window, path)
    with turns.named("select samples"):
        sample = window.panel(SamplePanel)
        window.scene.select(next(iter(window.editor.design.network.consumers["input"]))[0])
        pause(600)
        for number in range(8):
            sample.number.setValue(number * 5)
            pause(150)
    with turns.named("change options"):
        at_hand = window.panel(DataPanel).at_hand
        for name, value in (("test_share", 0.3), ("split_seed", 7)):
            at_hand.set_setting(name, value)
            settle(window, path)
            pause(400)
        form = window.panel(DataPanel).content.form
        form.fold.toggle()
        pause(300)
        form.fields[OPTIONS[path.name][0]].edited.emit(OPTIONS[path.name][1])
        pause(450)
        settle(window, path)
    with turns.named("undo, redo"):
        for action in ("actionUndo", "actionUndo", "actionRedo", "actionRedo"):
            window.action(action).trigger()
            pause(600)


OPTIONS: dict[str, tuple[str, object]] = {
    "pictures": ("height", 24),
    "rows.csv": ("repeated", "once"),
    "sounds": ("bands", 32),
    "text.txt": ("length", 50),
}
"""An option of each, and what it is changed to."""
MADE: dict[str, Callable[[Path], Path]] = {
    "pictures": lambda folder: pictures(folder / "pictures", PICTURES),
    "table": lambda folder: tables(folder, ROWS)[0],
    "sounds": lambda folder: sounds(folder / "sounds", SOUNDS),
    "text": lambda folder: text(folder, LETTERS),
}


def yardstick() -> float:
    """Milliseconds that a fixed sum takes: the median of several."""
    taken = []
    for _ in range(9):
        began = time.thread_time()
        sum(range(400_000))
        taken.append((time.thread_time() - began) * 1000)
    return median(taken)


def tell(name: str, turns: Turns) -> None:
    """A line for each thing that was done."""
    for phase, spent in turns.spent.items():
        over = [each for each in spent if each > FRAME_MS]
        told = f"{len(over)}: {', '.join(f'{each:.0f}' for each in sorted(over, reverse=True)[:8])}" if over else "none"
        figures = f"{len(spent):>6,} {sum(spent):>9,.0f} {max(spent):>9.1f} {turns.sums[phase]:>6.1f}"
        print(f"{name:<9} {phase:<17} {figures}   {told}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=MADE, default=list(MADE))
    parser.add_argument("--profile", action="store_true", help="tell what took long in turns above 16 ms")
    arguments = parser.parse_args()
    figures = f"{'turns':>6} {'ms in all':>9} {'longest':>9} {'sum':>6}"
    print(f"{'data':<9} {'what':<17} {figures}   above {figure(FRAME_MS)} ms")
    for name in arguments.only:
        with tempfile.TemporaryDirectory() as folder:
            path = MADE[name](Path(folder))
            with stage() as (window, _):
                wait_until(lambda: window.panel(FeatureMapsPanel).shown is not None)
                pause(1000)
                turns = Turns(arguments.profile)
                use(window, path, turns)
                tell(name, turns)


if __name__ == "__main__":
    main()
