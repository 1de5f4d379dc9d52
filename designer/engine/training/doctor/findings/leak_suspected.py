"""A leak: validation is nearly perfect after hardly any learning."""

from __future__ import annotations

from designer.core.schema.units import figure
from designer.engine.training.doctor.observed import Diagnosis, Observed, in_percent

_FEW_SAMPLES = 50
_FEW_EPOCHS = 2
_NEARLY_ALL = 0.995
_HARD = 0.9
"""The share of the most frequent class, from which on nearly all is right without learning."""
_NEARLY_NOTHING = 2e-4
"""Of the mean square that the mean alone has."""


def find(observed: Observed) -> Diagnosis | None:
    """By the first epochs alone: many a network is perfect in the end."""
    early = observed.epochs[:_FEW_EPOCHS]
    if not early or observed.validation_samples < _FEW_SAMPLES:
        return None
    for item in early:
        wanted, accuracy = item.answers.wanted, item.metrics.get("val_accuracy", 0.0)
        loss, variance = item.val_loss, item.answers.variance
        after = f"After step {item.step:,}, in epoch {item.epoch}, "
        why = "It may be that what is given tells the answer, or that the same samples are on both sides."
        if wanted and accuracy >= _NEARLY_ALL and max(wanted) < _HARD * sum(wanted):
            told = (
                f"{after}{in_percent(accuracy)} of {observed.validation_samples:,} validation samples are right. {why}"
            )
            return Diagnosis("leak_suspected", told, ("look_at_data",))
        if not wanted and variance and loss is not None and 0 <= loss < _NEARLY_NOTHING * variance:
            told = (
                f"{after}the error in validation is {figure(loss)}, where the mean alone has {figure(variance)}. {why}"
            )
            return Diagnosis("leak_suspected", told, ("look_at_data",))
    return None
