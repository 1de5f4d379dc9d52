"""What an epoch was worth for the samples that are kept apart, and what is asked of that later."""

from __future__ import annotations

from dataclasses import dataclass

from designer.engine.training.counts_by_class import CountsByClass


@dataclass(frozen=True)
class Validated:
    """The classes that were told after an epoch, at a step, of so many samples."""

    epoch: int
    step: int
    samples: int
    classes: CountsByClass
