"""A batch norm with tiny batches: the mean over so few numbers says little of the others."""

from __future__ import annotations

from designer.core.schema.units import plural
from designer.engine.training.doctor.observed import Diagnosis, Observed

_FEWEST = 8


def find(observed: Observed) -> Diagnosis | None:
    """By how many numbers of a training batch each channel has."""
    if not observed.examined:
        return None
    counts = {name: item.normed for name, item in observed.examined[0].blocks.items() if item.normed is not None}
    block = min(counts, key=lambda name: counts[name], default="")
    if not block or counts[block] >= _FEWEST:
        return None
    return Diagnosis(
        "small_batch_norm",
        f"'{block}' takes its mean over {plural(round(counts[block]), 'number')} for each channel, as a batch has "
        f"{plural(observed.design.training.batch_size, 'sample')}: that is too few to say much of the others.",
        ("larger_batch",),
        block,
    )
