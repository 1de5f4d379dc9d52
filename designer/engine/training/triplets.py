"""Whether batches have what the triplet loss compares: several samples of a class, and some of others."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from designer.core.schema.units import plural
from designer.data.samples import Rows, Samples
from designer.engine.model.devices import TrainingError
from designer.recipe.goals import Goal

_LEAST_SHARE = 0.05
_FEWEST = 3


def expect_triplets(goals: Iterable[Goal], samples: Samples, rows: Rows, batch_size: int) -> None:
    """Raises TrainingError where hardly a sample of a batch has both another of its class and one of another class."""
    for goal in goals:
        if goal.gives == "embeddings":
            _expect(goal, np.asarray(samples.taken(goal.target.name, rows)).ravel(), batch_size)


def _expect(goal: Goal, labels: np.ndarray, batch_size: int) -> None:
    who = f"Output '{goal.output}' has the triplet loss, which compares each sample with others of a batch, but"
    counts = np.unique(labels, return_counts=True)[1]
    if len(counts) < 2:
        raise TrainingError(f"{who} all samples are of one class", "Choose data with several classes.")
    if batch_size < _FEWEST:
        there = plural(batch_size, "sample")
        raise TrainingError(f"{who} a batch has {there}", f"Make batches of at least {_FEWEST}, better of 32 or more.")
    alike = (counts - 1) / (len(labels) - 1)  # the share of a sample's class among all others
    having = float((counts / len(labels) * (1 - (1 - alike) ** (batch_size - 1))).sum())
    if having < _LEAST_SHARE:
        raise TrainingError(
            f"{who} only {having:.1%} of the samples in a batch of {batch_size} have another of their class in it",
            "Make batches larger, or choose data with fewer classes.",
        )
