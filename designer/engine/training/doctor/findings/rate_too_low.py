"""The learning rate is too low: the weights hardly move, and the loss with them."""

from __future__ import annotations

from designer.core.schema.units import figure, plural
from designer.engine.training.doctor.observed import Diagnosis, Observed, middle

_EPOCHS = 3
_LEAST_RATIO = 3e-5
"""Of the update to the weights at a step; about 1e-3 is usual (A. Karpathy, cs231n, "Ratio of weights:updates")."""
_LEAST_FALL = 0.02
"""Share by which the loss falls from the first epoch to the third."""


def find(observed: Observed) -> Diagnosis | None:
    """By the first epochs with these settings: later ones move little where all is learned."""
    epochs = observed.settled[:_EPOCHS]
    if len(epochs) < _EPOCHS or observed.settled_since:
        return None
    ratio = middle(tuple(value for item in epochs for value in item.update_ratios))
    first, last = epochs[0].train_loss, epochs[-1].train_loss
    if ratio is None or ratio >= _LEAST_RATIO or not 0 <= first - last < _LEAST_FALL * abs(first):
        return None
    return Diagnosis(
        "rate_too_low",
        f"In {plural(_EPOCHS, 'epoch')} the loss has only fallen from {figure(first)} to {figure(last)}, and each step "
        f"moves the weights by {figure(100 * ratio)} % of what they are: a learning rate of "
        f"{observed.design.training.learning_rate:g} seems too low.",
        ("higher_rate",),
    )
