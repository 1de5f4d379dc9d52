"""Vanishing gradients: those of an early block are far smaller than those of the last ones."""

from __future__ import annotations

from designer.core.schema.units import figure
from designer.engine.training.doctor.observed import Diagnosis, Examination, Observed

_BELOW = 1e-4
"""Of the largest of the blocks behind it."""
_AT_A_TIME = 2


def find(observed: Observed) -> Diagnosis | None:
    """Where it is the same block in the two newest examinations: in one batch a gradient may be small by chance."""
    examined = observed.examined[-_AT_A_TIME:]
    if len(examined) < _AT_A_TIME:
        return None
    found = set.intersection(*(set(_vanished(item)) for item in examined))
    block = next((name for name in examined[-1].blocks if name in found), "")
    if not block:
        return None
    own, behind = _vanished(examined[-1])[block]
    return Diagnosis(
        "vanishing_gradients",
        f"The gradients of '{block}' are {figure(own)} on average, and {figure(behind)} in the blocks behind it: they "
        "vanish on their way back, so that it hardly learns.",
        ("use_relu", "higher_rate"),
        block,
    )


def _vanished(examined: Examination) -> dict[str, tuple[float, float]]:
    """Its own and the largest behind it, by block."""
    found, behind = {}, 0.0
    for name, item in reversed(examined.blocks.items()):
        if item.gradient is None:
            continue
        if item.gradient < _BELOW * behind:
            found[name] = item.gradient, behind
        behind = max(behind, item.gradient)
    return found
