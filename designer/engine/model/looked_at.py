"""A model that is looked at and not trained: where it is, and how it is put at rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from designer.engine.model.build import Model


@contextmanager
def at_rest(model: Model) -> Iterator[None]:
    """As long as this lasts a model is in its mode for evaluation."""
    was_training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was_training)


def device_of(model: Model) -> torch.device:
    """Where a model's weights are; the CPU for one without."""
    parameter = next(model.parameters(), None)
    return parameter.device if parameter is not None else torch.device("cpu")
