"""The learning rate is too high: the loss is no longer finite, or rises far above what it was."""

from __future__ import annotations

from designer.core.schema.units import figure
from designer.engine.training.doctor.observed import Diagnosis, EpochSeen, Observed

_ABOVE_START = 2.0
"""Times the loss of the first steps."""
_ABOVE_BEST = 1.5
"""Times the lowest loss of an epoch, and back above what the first one had."""
_LEAST_STEPS = 30
_LEAP = 10_000.0
"""Times the loss of the very first step: what leaps so far has lost what it began with, wherever it comes to rest."""


def find(observed: Observed) -> Diagnosis | None:
    """Told at once where the loss is no number, or has left what the first steps had; else at the end of an epoch."""
    rate = f"{observed.design.training.learning_rate:g}"
    if observed.diverged:
        said = f"The loss became infinite in epoch {observed.epoch}, at step {observed.step:,}"
        return _told(observed, f"{said}: a learning rate of {rate} is too high.")
    first, latest = observed.first_loss, observed.latest_loss
    if first is not None and latest is not None and observed.step >= _LEAST_STEPS and _is_above(latest, first):
        return _told(
            observed,
            f"The loss has risen from {figure(first)} in the first steps to {figure(latest)}: "
            f"a learning rate of {rate} seems too high.",
        )
    before, highest = observed.leap or (0.0, 0.0)
    if before > 0 and highest > _LEAP * before:
        return _told(
            observed,
            f"The loss leapt from {figure(before)} at the first step to {figure(highest)}: "
            f"a learning rate of {rate} is too high.",
        )
    epochs = observed.settled
    if len(epochs) > 1:
        low, last = min(epochs, key=lambda item: item.train_loss), epochs[-1]
        if last.train_loss > _ABOVE_BEST * low.train_loss and last.train_loss >= epochs[0].train_loss > 0:
            return _told(
                observed,
                f"The loss in training was {figure(low.train_loss)} in epoch {low.epoch} and is "
                f"{figure(last.train_loss)} in epoch {last.epoch}: a learning rate of {rate} seems too high.",
            )
    return None


def _is_above(latest: float, first: float) -> bool:
    return first > 0 and latest > _ABOVE_START * first


def _told(observed: Observed, text: str) -> Diagnosis:
    good = _good(observed.epochs)
    offers = ("go_back", "lower_rate") if good else ("lower_rate",)
    clips = () if observed.design.training.clip_norm else ("clip_norm",)
    return Diagnosis("rate_too_high", text, (*offers, *clips), epoch=good)


def _good(epochs: tuple[EpochSeen, ...]) -> int:
    """The epoch with the lowest loss in training: behind it, it has risen. 0 where there is none."""
    return min(epochs, key=lambda item: item.train_loss).epoch if epochs else 0
