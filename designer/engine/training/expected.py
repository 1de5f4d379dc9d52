"""Whether samples are what the losses of a design learn."""

from __future__ import annotations

from collections.abc import Sequence

from designer.core.graph.design import Design
from designer.core.inference.infer import Inference
from designer.core.validation.check_batches import lone_numbers
from designer.data.samples import Rows, Samples
from designer.engine.model.devices import TrainingError
from designer.engine.training.counts import expect_counts
from designer.engine.training.triplets import expect_triplets
from designer.recipe.goals import Goal


def expect_learnable(goals: Sequence[Goal], design: Design, inference: Inference, train: Samples, rows: Rows) -> None:
    """Raises TrainingError where a loss cannot learn a target of samples, of which these rows are learned from."""
    expect_counts(goals, design.data, train)
    expect_triplets(goals, train, rows, design.training.batch_size)
    _expect_several(inference, len(rows))


def _expect_several(inference: Inference, samples: int) -> None:
    """One sample alone has no deviation, however large batches may be."""
    for told in lone_numbers(inference).values() if samples == 1 else ():
        raise TrainingError(
            f"{told} but there is 1 sample to learn from",
            "Take more samples, make the validation share smaller, or take a LayerNorm.",
        )
