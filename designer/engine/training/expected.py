"""Whether samples are what the losses of a design learn."""

from __future__ import annotations

from collections.abc import Sequence

from designer.core.graph.design import Design
from designer.data.samples import Rows, Samples
from designer.engine.training.counts import expect_counts
from designer.engine.training.triplets import expect_triplets
from designer.recipe.goals import Goal


def expect_learnable(goals: Sequence[Goal], design: Design, train: Samples, rows: Rows) -> None:
    """Raises TrainingError where a loss cannot learn a target of samples, of which these rows are learned from."""
    expect_counts(goals, design.data, train)
    expect_triplets(goals, train, rows, design.training.batch_size)
