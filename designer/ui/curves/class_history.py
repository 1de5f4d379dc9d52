"""How well each class was told after each epoch that was validated: what the curve of a class is drawn of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from designer.engine.protocol.class_figures import ClassFigures
from designer.ui.widgets.series import Floats

FIGURES = ("precision", "recall", "f1")
_MOST = 2_048
"""Epochs that are kept of an Output: of more every second one goes, so that a long run does not grow without end."""


@dataclass(frozen=True)
class _Epoch:
    """The figures [3, C] of some classes, and their means [3]."""

    epoch: int
    places: Mapping[str, int]
    figures: Floats
    means: Floats


class ClassHistory:
    """Of one run. Of very many classes an epoch tells of some: a curve has gaps where it does not tell of its class."""

    def __init__(self) -> None:
        self._told: dict[str, list[_Epoch]] = {}
        """By Outputs."""

    def take(self, epoch: int, told: Iterable[ClassFigures]) -> None:
        """What an epoch tells. One that is told again takes the place of itself, and of all behind it."""
        for item in told:
            if item.part != "val" or not item.names:
                continue
            known = self._told.setdefault(item.output, [])
            while known and known[-1].epoch >= epoch:
                known.pop()
            places: Mapping[str, int] = {name: place for place, name in enumerate(item.names)}
            if known and known[-1].places == places:
                places = known[-1].places  # one for all epochs, as a rule
            figures = np.array([getattr(item, name) for name in FIGURES], np.float64)
            known.append(_Epoch(epoch, places, figures, figures.mean(1)))
            if len(known) > _MOST:
                del known[1:-1:2]

    def curve(self, output: str, name: str, figure: str) -> tuple[Floats, Floats, Floats]:
        """Epochs, a class's figure after each, and the mean of the classes told of: float64 [n], NaN for gaps."""
        row, known = FIGURES.index(figure), self._told.get(output, [])
        places = [item.places.get(name) for item in known]
        own = [np.nan if place is None else item.figures[row, place] for item, place in zip(known, places, strict=True)]
        epochs, means = [item.epoch for item in known], [item.means[row] for item in known]
        return np.array(epochs, np.float64), np.array(own, np.float64), np.array(means, np.float64)
