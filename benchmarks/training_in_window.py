"""Training in the window, in the engine alone, in a bare loop and in a plain script, turn by turn in one process.

    python -m benchmarks.training_in_window [--rounds N] [--epochs N]

Each round has five turns, one after the other, so that a slow moment of the machine meets all of them:

- window: the real window trains the article's CNN with conv1 selected, so that its feature maps are captured and
  drawn about four times a second, as the curves are. Nothing else is asked of it. `samples/s` comes
  from the epoch_ended events: the time in the training steps, with captures and reports, without validation.
  `whole run` divides the same samples by the time from `started` to `finished` as the window hears of them; that
  includes a validation after each epoch, the last test, and up to 50 ms until the window has looked.
- waits: the same again, with a precise 1 ms timer on the window's thread between `started` and `finished`. How
  much later than 1 ms each beat comes is how long a click would have waited. Its own beats ask for the
  interpreter lock a thousand times a second and slow the training; that is why the speed is measured without it,
  and its speed is printed beside.
- engine, bare, plain: the same training without the window (see `loops.py` and `contenders.py`). They run on the main
  thread while the window is open but not served: they share the interpreter lock with no one, which is how a person
  would run them.

What is to hold: engine / bare at least 0.97, window / engine at least 0.92, window / plain at least 1.25.

An untimed epoch of each comes first. Figures of a run are over all its epochs. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import os
import time
from dataclasses import dataclass, field
from statistics import median

import numpy as np
from PySide6.QtCore import QObject

from benchmarks.contenders import Task, cnn, train_plainly
from benchmarks.heartbeat import BEAT_MS, FRAME_MS, Heartbeat
from benchmarks.loops import train_barely, train_in_engine
from benchmarks.stage import stage, wait_for, wait_until
from designer.engine.protocol.events import EpochEnded, Finished, Started
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.feature_maps import FeatureMapsPanel


@dataclass
class WindowRun:
    """What one run in the window was like."""

    training_rate: float = 0.0
    whole_rate: float = 0.0
    waits: list[float] = field(default_factory=list)


class Listener(QObject):
    """Takes the times of a run from the window's events."""

    def __init__(self) -> None:
        super().__init__()
        self.samples = 0
        self.rates: list[float] = []
        self.began = self.ended = 0.0

    def started(self, event: Started) -> None:
        self.samples, self.began = event.training_samples, time.perf_counter()

    def epoch_ended(self, event: EpochEnded) -> None:
        self.rates.append(event.samples_per_second)

    def finished(self, event: Finished) -> None:
        self.ended = time.perf_counter()


def train_in_window(window: MainWindow, epochs: int, beating: bool) -> WindowRun:
    bridge, listener, heart = window.bridge, Listener(), Heartbeat()
    window.editor.set_training("epochs", epochs)
    links = [
        bridge.started.connect(listener.started),
        bridge.epoch_ended.connect(listener.epoch_ended),
        bridge.finished.connect(listener.finished),
    ]
    if beating:
        links += [bridge.started.connect(heart.start), bridge.finished.connect(heart.stop)]
    wait_for(bridge.finished, window.bench.kept_runs.begin)
    for link in links:
        QObject.disconnect(link)
    rate = len(listener.rates) / sum(1 / each for each in listener.rates)
    whole = listener.samples * epochs / (listener.ended - listener.began)
    return WindowRun(rate, whole, heart.waits)


@dataclass(frozen=True)
class Row:
    """The figures of a round."""

    window: float
    whole: float
    engine: float
    bare: float
    plain: float
    beating: float
    p99: float
    longest: float
    over: float
    """Share of the time that was spent in waits longer than a frame."""

    def text(self, name: str) -> str:
        return (
            f"{name:<8} {self.window:>9,.0f} {self.whole:>9,.0f} {self.engine:>9,.0f} {self.bare:>9,.0f}"
            f" {self.plain:>9,.0f} {self.engine / self.bare:>8.3f} {self.window / self.engine:>8.3f}"
            f" {self.window / self.plain:>8.2f}"
            f" {self.p99:>9.1f} {self.longest:>9.1f} {self.over:>9.2%} {self.beating:>14,.0f}"
        )


HEAD = (
    f"{'':<8} {'window':>9} {'whole run':>9} {'engine':>9} {'bare':>9} {'plain':>9} {'engine':>8} {'window':>8}"
    f" {'window':>8} {'wait p99':>9} {'longest':>9} {'> 16 ms':>9} {'while beating':>14}\n"
    f"{'':<8} {'samples/s':>9} {'samples/s':>9} {'samples/s':>9} {'samples/s':>9} {'samples/s':>9} {'/ bare':>8}"
    f" {'/ engine':>8} {'/ plain':>8} {'ms':>9} {'ms':>9} {'of time':>9} {'samples/s':>14}"
)


def run_round(window: MainWindow, task: Task, epochs: int) -> Row:
    settings = window.editor.design.training
    quiet = train_in_window(window, epochs, beating=False)
    engine = train_in_engine(window.editor.design, epochs).rate
    bare = train_barely(epochs, settings.learning_rate, settings.seed)
    plain = train_plainly(task, epochs).rate
    beating = train_in_window(window, epochs, beating=True)
    waits = np.array(beating.waits)
    return Row(
        window=quiet.training_rate,
        whole=quiet.whole_rate,
        engine=engine,
        bare=bare,
        plain=plain,
        beating=beating.training_rate,
        p99=float(np.percentile(waits, 99)),
        longest=float(waits.max()),
        over=float(waits[waits > FRAME_MS].sum() / (waits + BEAT_MS).sum()),
    )


def middle(rows: list[Row]) -> Row:
    return Row(**{name: median(getattr(row, name) for row in rows) for name in Row.__dataclass_fields__})


def measure(rounds: int, epochs: int) -> list[Row]:
    with stage() as (window, _):
        window.scene.select("conv1")
        wait_until(lambda: window.panel(FeatureMapsPanel).shown is not None)
        task = cnn()
        run_round(window, task, 1)
        print(HEAD, flush=True)
        rows = []
        for number in range(1, rounds + 1):
            rows.append(run_round(window, task, epochs))
            print(rows[-1].text(f"round {number}"), flush=True)
        return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args()
    rows = measure(max(options.rounds, 1), max(options.epochs, 1))
    print(middle(rows).text("median"))
    import torch

    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
