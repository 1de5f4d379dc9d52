"""The doctor beside the loop: what it is shown of a run, and when."""

from __future__ import annotations

from torch import Tensor, nn

from designer.core.graph.design import Design
from designer.engine.model.build import Model
from designer.engine.training.doctor.doctor import SAMPLES, Doctor
from designer.engine.training.learner import Learner
from designer.engine.training.streamed_samples import BatchSource


def doctor_of(design: Design, model: nn.Module, learner: Learner) -> Doctor:
    """The doctor of a run that is about to begin, or to go on."""
    assert isinstance(model, Model)
    return Doctor(design, model, [item.goal for item in learner.objectives])


def shown_batch(samples: BatchSource, order: Tensor) -> tuple[tuple[Tensor, ...], int]:
    """The first samples of an epoch, as they are without augmentation, and how many."""
    batch = samples.take(order[: min(SAMPLES, len(order))])
    return batch.arguments, len(batch)
