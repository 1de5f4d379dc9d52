"""Saturated gates: sigmoids and tanhs that stand at an end of their range let hardly any gradient through."""

from __future__ import annotations

from designer.engine.training.doctor.observed import Diagnosis, Observed, in_percent

_SHARE = 0.7


def find(observed: Observed) -> Diagnosis | None:
    """The block with the largest share, in the newest examination."""
    if not observed.examined:
        return None
    shares = {name: item.saturated or 0.0 for name, item in observed.examined[-1].blocks.items()}
    block = max(shares, key=lambda name: shares[name], default="")
    if not block or shares[block] < _SHARE:
        return None
    return Diagnosis(
        "saturated",
        f"{in_percent(shares[block])} of what the gates, sigmoids and tanhs of '{block}' give lies at an end of their "
        "range: hardly any gradient passes there.",
        ("lower_rate", "weight_decay"),
        block,
    )
