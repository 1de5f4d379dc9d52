"""Overfitting has begun: the loss rises in validation while it falls in training."""

from __future__ import annotations

from math import sqrt

from designer.core.schema.units import figure, plural
from designer.engine.training.doctor.observed import Diagnosis, Observed

_LEAST_EPOCHS = 3
"""Since the best one, with many samples."""
_MORE_OF_FEW = 35.0
"""Is divided by the root of their number, for so many epochs more: what few samples say rises and falls again."""
_ABOVE = 1.1
"""Times the lowest loss in validation, in each of the latest epochs, with many samples."""
_OF_FEW = 5.0
"""Is divided by the root of their number and added to that: the mean loss of few samples moves by chance."""
_BELOW = 0.8
"""Times the loss in training then."""


def find(observed: Observed) -> Diagnosis | None:
    """Only where it has gone on for some epochs: single ones rise by chance."""
    held = [item for item in observed.epochs if item.val_loss is not None]
    if len(held) <= _LEAST_EPOCHS:
        return None
    best = min(held, key=lambda item: item.metrics["val_loss"])
    since, last = held[held.index(best) + 1 :], held[-1]
    low, now = best.metrics["val_loss"], last.metrics["val_loss"]
    root = sqrt(max(observed.validation_samples, 1))
    above, least = _ABOVE + _OF_FEW / root, _LEAST_EPOCHS + int(_MORE_OF_FEW / root)
    rose = all(item.metrics["val_loss"] > above * low > 0 for item in since[-_LEAST_EPOCHS:])
    if len(since) < least or not rose or not _fits_better(best.train_loss, last.train_loss):
        return None
    return Diagnosis(
        "overfitting",
        f"Overfitting has begun: the loss in validation was {figure(low)} in epoch {best.epoch} and is now, "
        f"{plural(len(since), 'epoch')} later, {figure(now)}, while that in training fell from "
        f"{figure(best.train_loss)} to {figure(last.train_loss)}. The weights of epoch {best.epoch} are kept.",
        ("best_epoch", "dropout", "weight_decay", "augment"),
        epoch=best.epoch,
    )


def _fits_better(before: float, now: float) -> bool:
    return now < _BELOW * before if before > 0 else now < before
