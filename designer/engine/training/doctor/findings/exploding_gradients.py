"""Exploding gradients: their norm is huge, or becomes so from one step to the next."""

from __future__ import annotations

from designer.core.schema.units import figure
from designer.engine.training.doctor.observed import Diagnosis, Observed, middle

_HUGE = 1000.0
_TIMES = 1000.0
"""Of the median over the run."""
_SMALL = 10.0


def find(observed: Observed) -> Diagnosis | None:
    """By the norm over all gradients, as it is behind any clipping; the block is the one with the largest."""
    last = observed.last
    if last is None or not last.gradient_norms:
        return None
    usual, peak = middle(last.gradient_norms), max(last.gradient_norms)
    before = middle(tuple(value for item in observed.epochs for value in item.gradient_norms))
    jumps = before is not None and peak > _TIMES * before and peak > _SMALL
    if not (usual is not None and usual > _HUGE) and not jumps:
        return None
    blocks = observed.examined[-1].blocks if observed.examined else {}
    gradients = {name: item.gradient for name, item in blocks.items() if item.gradient is not None}
    block = max(gradients, key=lambda name: gradients[name], default="")
    at = f", those of '{block}' most of all" if block else ""
    clips = () if observed.design.training.clip_norm else ("clip_norm",)
    return Diagnosis(
        "exploding_gradients",
        f"The gradients reach a norm of {figure(peak)} in epoch {last.epoch}, where {figure(usual or 0.0)} is usual"
        f"{at}: steps along them may undo what was learned.",
        (*clips, "lower_rate"),
        block,
    )
