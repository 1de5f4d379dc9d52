"""A long run in the window: whether memory, a step and a repaint of the curves stay as they were in its beginning.

    python -m benchmarks.long_run [--steps N]

A network of one layer takes 100,000 steps, with the curves drawn and its layer looked into, as any run in the window.
Five times a second the memory of the process is read (resident), and the curves are drawn and painted once more: the
computing time of the window's thread for that is taken, which the training beside it does not lengthen. How long a
step takes is what the engine's reports tell. Of each the middle of the run's first tenth stands beside that of its
last. Then: how large the metrics are, of which old steps are thinned and epochs never; and that every epoch is there.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from PySide6.QtCore import QObject, QTimer

from benchmarks.stage import stage, wait_for, wait_until
from designer.core.graph.data_settings import DataSettings
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage import files
from designer.engine.protocol.events import BatchesEnded, EpochEnded, Finished, Started
from designer.engine.runs import metrics_file
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.curves import CurvesPanel
from tests.helpers import chain, dense

LOOK_MS = 200
BATCH = 8
STEPS_PER_EPOCH = 400
"""Of the 3,200 images that are learned from."""
MIB = 1 << 20
LARGEST_LOG = 20 * MIB
FLAT = 1.25
"""From run to run times differ by nearly so much."""


@dataclass(frozen=True)
class Look:
    """What one look tells: bytes of the process, and seconds of the window's thread for a repaint."""

    step: int
    memory: int
    repaint: float


class Watch(QObject):
    """Looks at a run in the window while it goes on."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.looks: list[Look] = []
        self.paces: list[tuple[int, float]] = []
        """Steps, and seconds for each since the report before, with the validation where an epoch has ended between."""
        self.epochs = 0
        self._panel = window.panel(CurvesPanel)
        self._process = psutil.Process()
        self._step, self._seconds = 0, 0.0
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        window.bridge.started.connect(self._started)
        window.bridge.batches_ended.connect(self._took)
        window.bridge.epoch_ended.connect(self._ended)
        window.bridge.finished.connect(lambda event: self._timer.stop())

    def _started(self, event: Started) -> None:
        self._timer.start()

    def _took(self, event: BatchesEnded) -> None:
        if event.step > self._step:
            self.paces.append((event.step, (event.seconds - self._seconds) / (event.step - self._step)))
        self._step, self._seconds = event.step, event.seconds

    def _ended(self, event: EpochEnded) -> None:
        self.epochs += 1

    def _look(self) -> None:
        began = time.thread_time()
        self._panel._draw()
        for plot in self._panel.plots.shown:
            plot.viewport().repaint()
        self.looks.append(Look(self._step, self._process.memory_info().rss, time.thread_time() - began))


def tiny(epochs: int) -> Design:
    network = chain("input", "flatten", dense(10, activation="none"), "output")
    settings = TrainingSettings(epochs=epochs, batch_size=BATCH)
    return Design(network, data=DataSettings(source="mnist_5k"), training=settings)


def measure(steps: int) -> None:
    epochs = max(steps // STEPS_PER_EPOCH, 10)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"tiny{files.SUFFIX}"
        files.write(tiny(epochs), path)
        with stage(path) as (window, _):
            window.docks["Curves"].raise_()
            window.scene.select("dense1")
            wait_until(lambda: window.panel(CurvesPanel).isVisible())
            watch = Watch(window)
            began = time.perf_counter()
            ended = wait_for(window.bridge.finished, window.bench.kept_runs.begin)
            assert isinstance(ended, Finished)
            took = time.perf_counter() - began
            lines = window.bench.kept_runs.folder
            assert lines is not None
            tell(watch, ended.step, took)
            tell_log(lines / "metrics.jsonl", epochs)


def tell(watch: Watch, steps: int, took: float) -> None:
    print(f"{steps:,} steps and {watch.epochs} epochs in {took:.0f} s, looked at {len(watch.looks)} times\n")
    print(f"{'':<22}{'first tenth':>13}{'last tenth':>13}{'ratio':>8}")
    memory = [(look.step, look.memory / MIB) for look in watch.looks]
    repaint = [(look.step, look.repaint * 1000) for look in watch.looks]
    pace = [(step, 1000 * seconds) for step, seconds in watch.paces]
    for name, values in (("memory (MiB)", memory), ("a step (ms)", pace), ("a repaint (ms)", repaint)):
        first, last = ends(values, steps)
        flat = "" if last <= FLAT * first else "   grows"
        print(f"{name:<22}{first:>13.2f}{last:>13.2f}{last / first:>8.3f}{flat}")
    tenths = [median(of_tenth(memory, steps, tenth)) for tenth in range(10)]
    print(f"{'memory by tenths':<22}" + " ".join(f"{value:.0f}" for value in tenths))


def of_tenth(values: list[tuple[int, float]], steps: int, tenth: int) -> Iterator[float]:
    return (value for step, value in values if tenth * steps / 10 < step <= (tenth + 1) * steps / 10)


def ends(values: list[tuple[int, float]], steps: int) -> tuple[float, float]:
    return median(of_tenth(values, steps, 0)), median(of_tenth(values, steps, 9))


def tell_log(path: Path, epochs: int) -> None:
    size = path.stat().st_size
    kept = [
        line.event["epoch"] for line in metrics_file.read(path) if line.event and line.event["event"] == "epoch_ended"
    ]
    assert kept == list(range(1, epochs + 1)), "an epoch is missing in the metrics"
    too_large = "" if size < LARGEST_LOG else "   more than 20 MiB"
    print(f"\nthe metrics are {size / MIB:.1f} MiB, with all {len(kept)} epochs{too_large}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=100_000)
    measure(parser.parse_args().steps)


if __name__ == "__main__":
    main()
