"""Which epoch of a run is the best one: the one with the lowest loss in validation, or in training where none is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

WATCHED = ("val_loss", "train_loss")
"""The figures that are looked at; the first that there is."""


@dataclass
class BestEpoch:
    """The best epoch so far, by one figure."""

    epoch: int | None = None
    figure: str = ""
    value: float = math.inf

    def take(self, epoch: int, metrics: Mapping[str, float]) -> bool:
        """Whether this epoch is the best so far. Of equal ones the first is."""
        figure = next((name for name in WATCHED if name in metrics), "")
        value = metrics.get(figure, math.inf)
        if figure != self.figure:
            self.epoch, self.figure, self.value = None, figure, math.inf
        if not (figure and value < self.value):
            return False
        self.epoch, self.value = epoch, value
        return True
