"""The figures of one run over its steps, taken in event by event while it learns, or line by line from its folder."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from designer.core.graph.training_settings import TrainingSettings
from designer.engine.protocol.class_figures import ClassFigures
from designer.engine.protocol.events import (
    BatchesEnded,
    Continued,
    EpochEnded,
    Event,
    Finished,
    Noticed,
    Paused,
    SettingsChanged,
    Started,
)
from designer.engine.protocol.figures import figure_name, is_of_all
from designer.engine.runs.best_epoch import BestEpoch
from designer.ui.curves.class_history import ClassHistory
from designer.ui.curves.options import SMOOTHING, Along
from designer.ui.widgets.series import Floats, Series

ONCE_A_REPORT = ("gradient_norm", "update_ratio", "samples_per_second")
"""Figures of which there is one number a report: each counts once where they are smoothed."""
AS_THEY_ARE = ("learning_rate", "memory")
"""Figures without noise, which are never smoothed."""
_PARTS = ("train", "val")
_MOST_TIMES = 1 << 13
_MOST_MARKS = 200


@dataclass(frozen=True)
class Mark:
    """Something that happened to a run at a step, in words: `learning_rate 0.01 → 0.001`."""

    step: int
    text: str


class RunTimes:
    """How many seconds a run had lasted at each of its steps: a few thousand of them, and a line between them."""

    def __init__(self) -> None:
        self._steps, self._seconds = [0], [0.0]
        self._offset = 0.0

    @property
    def last(self) -> float:
        """Seconds; 0 where none were told."""
        return self._seconds[-1]

    def begin(self, step: int) -> None:
        """The run begins, or goes on behind a step: what is told from now on is since then."""
        self._offset = float(self.at(np.array([step]))[0])
        kept = [place for place, known in enumerate(self._steps) if known <= step]
        self._steps = [self._steps[place] for place in kept]
        self._seconds = [self._seconds[place] for place in kept]
        if len(kept) == 1:
            self._steps, self._seconds = [step], [self._offset]

    def tell(self, step: int, seconds: float) -> None:
        """So long since it has begun, or went on."""
        if step > self._steps[-1] and seconds > 0:
            self._steps.append(step)
            self._seconds.append(max(self._offset + seconds, self._seconds[-1]))
        if len(self._steps) > _MOST_TIMES:
            self._steps, self._seconds = self._steps[::2], self._seconds[::2]

    def at(self, steps: Floats) -> Floats:
        """Seconds at steps."""
        return np.interp(steps, self._steps, self._seconds)

    def step_at(self, seconds: float) -> float:
        """The step that the run was at."""
        return float(np.interp(seconds, self._seconds, self._steps))


class RunCurves:
    """A run's figures: of its batches by name, and of its epochs as `train_loss` and `val_loss`; its marks, its best.

    Those of each of several Outputs are there as `val_loss/digit`. `smoothing` is a share below 1.
    """

    def __init__(self, name: str = "", folder: Path | None = None, smoothing: float = SMOOTHING) -> None:
        self.name, self.folder = name, folder
        self.settings: TrainingSettings | None = None
        """How it was trained, where that is known."""
        self.begun = ""
        """When, in UTC, where that is known: 2026-11-30T18:37:19Z."""
        self.run = ""
        """Its id, once it has begun."""
        self.batches: dict[str, Series] = {}
        self.epochs: dict[str, Series] = {}
        self.marks: list[Mark] = []
        self.times = RunTimes()
        self.step = 0
        """The last one that was told of."""
        self.steps = 0
        """Of the whole run; 0 where that is not known."""
        self.steps_per_epoch = 1.0
        self.best = BestEpoch()
        self.best_step = 0
        self.validates = True
        self.classes: dict[str, tuple[ClassFigures, ...]] = {}
        """What was told last of each class: of "val" and, once it has ended, of "test"."""
        self.classes_epoch = 0
        self.class_history = ClassHistory()
        self._smoothing = smoothing

    @property
    def figures(self) -> tuple[str, ...]:
        """What there are curves of, by name: loss, accuracy, and further ones in the order in which they came.

        Those of single Outputs are behind those of all.
        """
        of_epochs = [name.removeprefix(f"{part}_") for part in _PARTS for name in self.epochs if name.startswith(part)]
        return tuple(sorted(dict.fromkeys([*self.batches, *of_epochs]), key=lambda name: not is_of_all(name)))

    def training(self, figure: str) -> Series:
        """The figure of the batches, or of epochs as a whole where there is none of batches."""
        return self.batches.get(figure) or self.epoch_training(figure)

    def epoch_training(self, figure: str) -> Series:
        """The figure of whole epochs of training."""
        return self.epochs.get(figure_name("train", figure)) or _NOTHING

    def validation(self, figure: str) -> Series:
        """The figure of the epochs' validations."""
        return self.epochs.get(figure_name("val", figure)) or _NOTHING

    def step_of(self, epoch: int) -> float:
        """The step at which an epoch ends."""
        return epoch * self.steps_per_epoch

    def figures_of(self, epoch: int) -> dict[str, float]:
        """What was told at the end of an epoch, by name: train_loss, val_loss, …; nothing where that is not known."""
        step, found = self.step_of(epoch), {}
        for name, series in self.epochs.items():
            place = int(np.searchsorted(series.steps, step - 0.5))
            if place < len(series.steps) and abs(series.steps[place] - step) < 1:
                found[name] = float(series.means[place])
        return found

    def smooth(self, share: float) -> None:
        """Another smoothing of the figures of batches."""
        self._smoothing = share
        for name, series in self.batches.items():
            if name not in AS_THEY_ARE:
                series.smoothing = share

    def take(self, event: Event) -> None:
        """An event, in its order."""
        if isinstance(event, Started):
            self.begin(event.step, event.steps, event.epochs, event.validation_samples, event.run)
        elif isinstance(event, BatchesEnded):
            self.add(event.metrics, event.step, event.seconds)
        elif isinstance(event, EpochEnded):
            self.end_epoch(event)
        elif isinstance(event, Finished):
            self.take_classes(event.classes)
        elif isinstance(event, SettingsChanged):
            self.change(event.step, event.before, event.after)
        elif isinstance(event, Paused):
            self.mark(event.step, "Paused")
        elif isinstance(event, Continued):
            self.mark(event.step, "Gone on with")
        elif isinstance(event, Noticed):
            self.mark(event.step, event.text)

    def begin(self, step: int, steps: int, epochs: int, validation_samples: int, run: str) -> None:
        """The run begins, or goes on behind a step; what lies behind that is told anew."""
        if step < self.step:
            for series in (*self.batches.values(), *self.epochs.values()):
                series.cut_behind(step)
            self.marks = [mark for mark in self.marks if mark.step <= step]
        self.times.begin(step)
        self.classes.pop("test", None)
        if step:
            self.mark(step, "Gone on with")
        self.run, self.step, self.steps = run, step, steps
        self.steps_per_epoch = steps / epochs if epochs and steps else 1.0
        self.validates = validation_samples > 0

    def add(self, metrics: Mapping[str, Floats | np.ndarray], step: int, seconds: float = 0.0) -> None:
        """Figures of the batches up to a step, a number each; or one number for all of them."""
        several = max((len(values) for values in metrics.values()), default=0)
        last = np.arange(step - several + 1, step + 1, dtype=np.int64)
        for name, values in metrics.items():
            if len(values) == several:
                self._series(name).extend(values, last)
            elif len(values):
                self.add_means(name, np.array([step]), values[-1:], np.array([several]))
        self.times.tell(step, seconds)
        self.step = max(self.step, step)

    def add_means(self, name: str, last: np.ndarray, values: np.ndarray, steps: np.ndarray) -> None:
        """Figures that are each of so many steps."""
        counted = np.ones(len(values), np.int64) if name in ONCE_A_REPORT else steps
        self._series(name).extend(values, last, counted)
        if len(last):
            self.step = max(self.step, int(last[-1]))

    def _series(self, name: str) -> Series:
        if name not in self.batches:
            self.batches[name] = Series(0.0 if name in AS_THEY_ARE else self._smoothing)
        return self.batches[name]

    def end_epoch(self, event: EpochEnded) -> None:
        """The figures of an epoch, and whether it is the best one."""
        self.step = max(self.step, event.step)
        for name, value in event.metrics.items():
            series = self.epochs.setdefault(name, Series(0.0))
            series.extend(np.array([value]), np.array([event.step]))
        self.classes_epoch = event.epoch
        self.class_history.take(event.epoch, event.classes)
        self.take_classes(event.classes)
        if self.best.take(event.epoch, event.metrics):
            self.best_step = event.step

    def take_classes(self, told: Iterable[ClassFigures]) -> None:
        """What is known of each class by now."""
        found: dict[str, tuple[ClassFigures, ...]] = {}
        for item in told:
            found[item.part] = (*found.get(item.part, ()), item)
        self.classes |= found

    def change(self, step: int, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        """Other settings from a step on."""
        self.mark(step, ", ".join(f"{name} {_said(before.get(name, ''))} → {_said(after[name])}" for name in after))
        epochs = after.get("epochs", "")
        if epochs.isdecimal():
            self.steps = round(int(epochs) * self.steps_per_epoch)

    def mark(self, step: int, text: str) -> None:
        """Something that happened at a step; what happened at the same one stands beside it."""
        if self.marks and self.marks[-1].step == step:
            if text in self.marks[-1].text.split("\n"):
                return
            self.marks[-1] = Mark(step, f"{self.marks[-1].text}\n{text}")
        elif len(self.marks) < _MOST_MARKS:
            self.marks.append(Mark(step, text))

    def places(self, steps: Floats, along: Along) -> Floats:
        """Where steps are drawn: as they are, as epochs, or as seconds."""
        if along == "time":
            return self.times.at(steps)
        return steps / self.steps_per_epoch if along == "epoch" else steps

    def place(self, step: float, along: Along) -> float:
        """Where one step is drawn."""
        return float(self.places(np.array([float(step)]), along)[0])

    def step_at(self, place: float, along: Along) -> float:
        """The step that is drawn at a place."""
        if along == "time":
            return self.times.step_at(place)
        return place * self.steps_per_epoch if along == "epoch" else place


def _said(value: str) -> str:
    """A setting's value, which is told as JSON has it: words without quotation marks."""
    with contextlib.suppress(ValueError):
        found = json.loads(value)
        return found if isinstance(found, str) else value
    return value


_NOTHING = Series()
"""Of a figure that a run has not."""
