"""The curves of a kept run, from the lines in its folder. To be called beside the window: it may be a long file."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np

from designer.core.graph.training_settings import TrainingSettings
from designer.core.storage import files
from designer.data.errors import DataError
from designer.data.formats.base import Progress
from designer.engine.protocol.class_figures import of_rows
from designer.engine.protocol.events import (
    BatchesEnded,
    Continued,
    EpochEnded,
    Finished,
    Noticed,
    Paused,
    SettingsChanged,
    Started,
)
from designer.engine.protocol.lines import EACH, Row, epoch_of, steps_of_each
from designer.engine.runs import metrics_file
from designer.engine.runs.run_about import read_about
from designer.engine.runs.run_folder import Run
from designer.ui.curves.run_curves import RunCurves

_TOLD_LINES = 500
"""Between two words on how far it is, at which it can be ended."""
_NO_FIGURE = {"event", "protocol", EACH, *(item.name for item in fields(BatchesEnded))}


def read_curves(folder: Path, smoothing: float, progress: Progress) -> RunCurves:
    """The curves of a run. Raises DataError where there is none, or its lines cannot be read."""
    metrics = Run(folder).metrics
    if not metrics.exists():
        raise DataError(f"{folder}: there are no curves: nothing was trained there yet, or the folder has been moved")
    about = read_about(folder)
    lines = _CurveLines(RunCurves(about.name or folder.name, folder, smoothing))
    lines.curves.begun, lines.curves.settings = about.begun, _settings(folder)
    try:
        size, done = metrics.stat().st_size, 0
        for line in metrics_file.each_line(metrics):
            done += len(line.raw)
            if line.event:
                lines.take(line.event)
            if line.number % _TOLD_LINES == 0:
                progress(done, size)
    except OSError as error:
        raise DataError(f"{metrics}: the curves cannot be read: {error.strerror or error}") from None
    lines.hand_over()
    return lines.curves


def _settings(folder: Path) -> TrainingSettings | None:
    try:
        return files.read(Run(folder).design).training
    except files.FileError:
        return None


class _CurveLines:
    """Lines of a run, on their way into its curves; figures of batches are handed over many at once."""

    def __init__(self, curves: RunCurves) -> None:
        self.curves = curves
        self._figures: dict[str, list[tuple[int, float, int]]] = {}
        self._before = 0

    def take(self, row: Row) -> None:
        """A line, in its order."""
        event, curves = row["event"], self.curves
        if event == BatchesEnded.name():
            self._take_batches(row)
        elif event == EpochEnded.name():
            curves.end_epoch(epoch_of(row))
        elif event == Finished.name():
            curves.take_classes(of_rows(row))
        elif event == Started.name():
            self.hand_over()
            step = row.get("step", 0)
            curves.begin(step, row["steps"], row["epochs"], row["validation_samples"], row.get("run", ""))
            self._before = step
        elif event == SettingsChanged.name():
            curves.change(row["step"], row["before"], row["after"])
        elif event == Noticed.name():
            curves.mark(row["step"], row["text"])
        elif event in (Paused.name(), Continued.name()):
            curves.mark(row["step"], "Paused" if event == Paused.name() else "Gone on with")

    def _take_batches(self, row: Row) -> None:
        step = row["step"]
        steps = step - self._before
        if steps <= 0:
            return
        each = row.get(EACH, {})
        for name, value in row.items():
            if name in _NO_FIGURE or (value is None and name not in each):
                continue
            found = self._figures.setdefault(name, [])
            values = each.get(name, [])
            if not 1 < len(values) <= steps:
                found.append((step, value, steps))
                continue
            last = self._before
            for one, count in zip(values, steps_of_each(len(values), steps), strict=True):
                last += count
                if one is not None:
                    found.append((last, one, count))
        self.curves.times.tell(step, row.get("seconds") or 0.0)
        self._before = step

    def hand_over(self) -> None:
        """Puts what was gathered into the curves."""
        for name, found in self._figures.items():
            last, values, steps = zip(*found, strict=True)
            self.curves.add_means(name, np.array(last), np.array(values, np.float64), np.array(steps))
        self._figures = {}
