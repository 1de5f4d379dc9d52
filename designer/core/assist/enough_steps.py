"""Whether a training has steps enough for a network to learn anything, and how many epochs would give it that."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from designer.core.graph.training_settings import TrainingSettings

_FEW = 150
"""Steps below which hardly any network has learned what it could; the examples that come with the program take more."""
_ENOUGH = 400
_MOST_EPOCHS = 1000


@dataclass(frozen=True)
class FewSteps:
    """So many steps a training has, and so many epochs would give it enough."""

    steps: int
    epochs: int


def steps_of_epoch(training: TrainingSettings, samples: int) -> int:
    """Batches of an epoch, where so many samples are there to learn from and to validate with; 0 of none."""
    return ceil(round(samples * (1 - training.validation_share)) / training.batch_size)


def few_steps(training: TrainingSettings, samples: int) -> FewSteps | None:
    """What to say of a training with few steps; None for one with enough, or where nobody knows the samples.

    `samples` are those to learn from and to validate with.
    """
    batches = steps_of_epoch(training, samples)
    if batches < 1 or training.epochs * batches >= _FEW:
        return None
    epochs = min(ceil(_ENOUGH / batches / 10) * 10, _MOST_EPOCHS)
    return FewSteps(training.epochs * batches, epochs)
