"""Parts: which samples are learned, which validate, and which are for the last test."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from designer.core.graph.binding import Binding
from designer.core.graph.design import Design
from designer.data.samples import Dataset, Rows
from designer.engine.model.devices import TrainingError
from designer.engine.training.batches import validation_split
from designer.engine.training.carrying import followed
from designer.engine.training.streamed_samples import BatchSource, batches_of
from designer.recipe.batching import split_order


@dataclass(frozen=True)
class SampleParts:
    """The samples of a run; `rows`, int64 [samples to learn from], are their places in the training part."""

    rows: Rows
    training: BatchSource
    validation: BatchSource
    test: BatchSource
    steps_per_epoch: int

    @classmethod
    def of(cls, dataset: Dataset, binding: Binding, design: Design, device: torch.device) -> SampleParts:
        """Raises TrainingError where the validation share leaves nothing to learn from, or no state can be carried."""
        rows, held = validation_split(dataset.train, dataset.info, binding, design.training)
        if len(rows) == 0:
            raise TrainingError("the validation share leaves no samples to train with", _hint(dataset))
        follows = followed(design, dataset, binding, rows, held)
        training = batches_of(dataset.train, binding, device, rows, follows.learned)
        return cls(
            rows,
            training,
            batches_of(dataset.train, binding, device, held, follows.held),
            batches_of(dataset.test, binding, device, follows=follows.tested),
            len(split_order(torch.arange(len(training)), design.training.batch_size)),
        )


def _hint(dataset: Dataset) -> str:
    if dataset.info.spans or dataset.info.groups:
        return "Make it smaller; or 0, if all samples share values with each other: none can be kept apart then."
    return "Make it smaller."
