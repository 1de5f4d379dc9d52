"""Dead ReLUs: most units of a block give 0 whatever comes in, and so learn nothing more."""

from __future__ import annotations

from designer.engine.training.doctor.observed import Diagnosis, Observed

_SHARE = 0.9
_FEWEST_UNITS = 8


def find(observed: Observed) -> Diagnosis | None:
    """The block with the largest share, in the newest examination."""
    if not observed.examined:
        return None
    newest = observed.examined[-1]
    shares = {
        name: item.dead for name, item in newest.blocks.items() if item.dead is not None and item.units >= _FEWEST_UNITS
    }
    block = max(shares, key=lambda name: shares[name], default="")
    if not block or shares[block] < _SHARE:
        return None
    units = newest.blocks[block].units
    return Diagnosis(
        "dead_relu",
        f"{round(shares[block] * units):,} of the {units:,} ReLUs of '{block}' gave 0 for each of {newest.samples} "
        "samples: such units learn nothing more.",
        ("leaky_relu", "lower_rate"),
        block,
    )
