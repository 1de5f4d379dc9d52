"""What a model is worth for samples, without learning from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch

from designer.data.formats.target_scale import Units
from designer.engine.protocol.class_figures import MOST_IN_THE_END, ClassFigures
from designer.engine.protocol.figures import Metrics
from designer.engine.training.carrying import Carried, evaluation_streams
from designer.engine.training.counts_by_class import CountsByClass
from designer.engine.training.doctor.answers import AnswerCounts
from designer.engine.training.learner import Learner
from designer.engine.training.metrics import Tally
from designer.engine.training.misses import Misses
from designer.engine.training.objectives import Compared
from designer.engine.training.streamed_samples import BatchSource
from designer.recipe.choices import EVALUATION_BATCH


class TakesCompared(Protocol):
    """What looks at each batch beside the tally."""

    def add(self, compared: Sequence[Compared]) -> None:
        """What is compared at each Output for a batch."""


@dataclass(frozen=True)
class Tested:
    """What was measured with the samples of the test; nothing where there was none."""

    metrics: Metrics = field(default_factory=dict)
    classes: tuple[ClassFigures, ...] = ()


def tested(
    learner: Learner, samples: BatchSource, after_batch: Callable[[], None], units: Mapping[str, Units]
) -> Tested:
    """The figures of the samples that are kept for the last test; those of numbers in these units as well."""
    goals = [item.goal for item in learner.objectives]
    misses, classes = Misses(learner.objectives, units), CountsByClass(goals)
    tally = evaluated(learner, samples, after_batch, misses, classes)
    metrics = {**tally.metrics("test"), **misses.metrics("test")}
    return Tested(metrics, classes.figures("test", MOST_IN_THE_END))


def validated(
    learner: Learner, samples: BatchSource, after_batch: Callable[[], None], answers: AnswerCounts
) -> tuple[Tally, CountsByClass]:
    """The figures of the samples that are kept apart, by the settings that the learner has at the end of it.

    Where these become others on the way, as `after_batch` may have it, all is measured anew: a loss of two sorts would
    be that of no setting, and another one than a run has that goes on from there.
    """
    while True:
        settings, classes = learner.settings, CountsByClass([item.goal for item in learner.objectives])
        tally = evaluated(learner, samples, after_batch, answers, classes)
        if learner.settings is settings:
            return tally, classes
        answers.taken()


def evaluated(learner: Learner, samples: BatchSource, after_batch: Callable[[], None], *beside: TakesCompared) -> Tally:
    """Losses and accuracies of samples; `beside` takes in what is compared. Raises what `after_batch` raises.

    Where states are carried they begin with zeros, and are handed on through these samples in their order.
    """
    tally = Tally(learner.objectives, held_out=True)
    if len(samples) == 0:
        return tally
    model, settings = learner.measured.eval(), learner.settings
    carried = None if samples.follows is None else Carried(settings, samples.follows)
    if carried:
        order, size = evaluation_streams(len(samples), settings)
    else:
        order, size = learner.evaluation_order(len(samples)), EVALUATION_BATCH
    try:
        for batch in samples.batches(order, size):
            with torch.inference_mode():
                compared, losses = learner.forward(model, batch, carried)
                tally.add(losses, compared, len(batch))
                for takes in beside:
                    takes.add(compared)
            after_batch()
    finally:
        model.train()
    tally.flush()
    return tally
