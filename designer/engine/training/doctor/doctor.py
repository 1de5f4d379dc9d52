"""The doctor of a run: follows the events, looks at one batch now and then, and tells what it finds, or no longer."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean, median
from time import perf_counter

from torch import Tensor

from designer.core.graph.design import Design
from designer.engine.model.build import Model
from designer.engine.protocol.events import (
    BatchesEnded,
    Diagnosed,
    EpochEnded,
    Event,
    SettingsChanged,
    Started,
)
from designer.engine.training.doctor.answers import AnswerCounts
from designer.engine.training.doctor.observed import Diagnosis, EpochSeen, Examination, Observed
from designer.engine.training.doctor.registry import explained_by, findings_of
from designer.engine.training.doctor.statistics import BlockStatistics
from designer.recipe.goals import Goal

SAMPLES = 64
"""Of the batch that is looked at."""
SHARE = 0.01
"""Of the time that training takes, which looking at batches may take. The first two times come in any case."""
_FIRST = 2
_FIRST_STEPS, _FIRST_SAMPLES = 3, 64
"""As many steps as have so many samples, and no fewer than these, are the first ones."""
_LATEST_REPORTS = 5

Take = Callable[[], tuple[tuple[Tensor, ...], int]]
"""Gives the arguments of a batch [N, ...], and how many samples it has."""


class Doctor:
    """Follows one run. `after` is called with each event, on the engine's thread, and gives what is to be told."""

    def __init__(self, design: Design, model: Model, goals: Sequence[Goal]) -> None:
        self.answers = AnswerCounts(goals)
        """Takes in what is compared in validation."""
        self.seen = Observed(design, classes=self.answers.classes)
        self._statistics = BlockStatistics(model, _last_blocks(design))
        self._told: dict[str, Diagnosis] = {}
        self._examination: Examination | None = None
        self._spent, self._began, self._looks = 0.0, perf_counter(), 0
        self._start_anew()

    def _start_anew(self) -> None:
        """Of steps with other settings than now nothing is kept."""
        self._first: list[float] = []
        self._latest: deque[float] = deque(maxlen=_LATEST_REPORTS)
        self._norms: list[float] = []
        self._ratios: list[float] = []

    def examine(self, take: Take) -> None:
        """Looks at a batch at the end of an epoch, behind its last step, unless that took too much of the time."""
        now = perf_counter()
        self._examination = None
        if self._looks >= _FIRST and self._spent > SHARE * (now - self._began):
            return
        arguments, samples = take()
        self._examination = self._statistics.of(arguments, samples, self.seen.design.training.batch_size)
        self._looks += 1
        self._spent += perf_counter() - now

    def after(self, event: Event) -> list[Diagnosed]:
        """What has been found, or is no longer so, since an event."""
        if isinstance(event, Started):
            self.seen = replace(
                self.seen, training_samples=event.training_samples, validation_samples=event.validation_samples
            )
        elif isinstance(event, BatchesEnded):
            self._take_report(event)
        elif isinstance(event, EpochEnded):
            self._take_epoch(event)
        elif isinstance(event, SettingsChanged):
            self._take_settings(event)
        else:
            return []
        return self._changes(isinstance(event, EpochEnded | SettingsChanged))

    def diverged(self, step: int, epoch: int) -> list[Diagnosed]:
        """The loss is no longer finite, which ends the run."""
        self.seen = replace(self.seen, diverged=True, step=step, epoch=epoch)
        return self._changes()

    def _take_report(self, event: BatchesEnded) -> None:
        losses = [float(value) for value in event.metrics["loss"]]
        steps = max(_FIRST_STEPS, _FIRST_SAMPLES // self.seen.design.training.batch_size)
        self._first += losses[: max(steps - len(self._first), 0)]
        self._latest.append(fmean(losses))
        self._norms += map(float, event.metrics.get("gradient_norm", ()))
        self._ratios += map(float, event.metrics.get("update_ratio", ()))
        self.seen = replace(
            self.seen,
            first_loss=fmean(self._first),
            leap=(self._first[0], max(self._first)),
            latest_loss=median(self._latest) if len(self._latest) == _LATEST_REPORTS else None,
            step=event.step,
            epoch=event.epoch,
        )

    def _take_epoch(self, event: EpochEnded) -> None:
        ended = EpochSeen(
            event.epoch,
            event.step,
            event.metrics,
            self.answers.taken(),
            self._examination,
            tuple(self._norms),
            tuple(self._ratios),
        )
        self._norms, self._ratios, self._examination = [], [], None
        self.seen = replace(self.seen, epochs=(*self.seen.epochs, ended))

    def _take_settings(self, event: SettingsChanged) -> None:
        after = {name: json.loads(text) for name, text in event.after.items()}
        training = self.seen.design.training.model_copy(update=after)
        design = replace(self.seen.design, training=training)
        self._start_anew()
        self.seen = replace(
            self.seen, design=design, settled_since=event.epoch, first_loss=None, leap=None, latest_loss=None
        )

    def _changes(self, has_ended: bool = False) -> list[Diagnosed]:
        """What is told is gone no sooner than with the end of an epoch that has it no more."""
        found = findings_of(self.seen)
        if not has_ended:  # of an epoch's own figures some are worse than all of them together
            found = {**{name: item for name, item in self._told.items() if name not in explained_by(found)}, **found}
        before, self._told = self._told, found
        step, epoch = self.seen.step, self.seen.epoch
        gone = [Diagnosed(step, epoch, name, False) for name in before if name not in found]
        new = [
            Diagnosed(step, epoch, name, True, item.text, item.block, item.offers, item.epoch)
            for name, item in found.items()
            if name not in before or before[name].block != item.block
        ]
        return [*gone, *new]


def _last_blocks(design: Design) -> frozenset[str]:
    """Those that give an Output what is compared."""
    network = design.network
    takers = {name: [network.nodes[taker].block for taker, _ in network.consumers[name]] for name in network.nodes}
    return frozenset(name for name, blocks in takers.items() if any(not block.output_ports for block in blocks))
