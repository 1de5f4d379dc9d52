"""How often each class is told and told rightly, added up on the device, and what that says of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor

from designer.core.schema.limits import one_line
from designer.engine.protocol.class_figures import MOST_LETTERS, ClassFigures
from designer.engine.training.objectives import Compared
from designer.recipe.goals import Goal
from designer.recipe.measures import class_counts

_DIGITS = 6


class CountsByClass:
    """Of each Output that names classes. Nothing is read from the device until somebody asks."""

    def __init__(self, goals: Sequence[Goal]) -> None:
        self._goals = {place: goal for place, goal in enumerate(goals) if goal.gives == "classes"}
        self._counts: dict[int, Tensor] = {}

    def add(self, compared: Sequence[Compared]) -> None:
        """What is compared at each Output for a batch."""
        for place in self._goals:
            result, wanted = compared[place]
            found, before = class_counts(result.detach(), wanted), self._counts.get(place)
            self._counts[place] = found if before is None else before + found

    def figures(self, part: Literal["val", "test"], most: int) -> tuple[ClassFigures, ...]:
        """For each Output, of no more than so many classes in all; nothing before the first batch."""
        each = max(most // max(len(self._counts), 1), 1)
        return tuple(_figures(part, self._goals[place], counts.cpu(), each) for place, counts in self._counts.items())


def _figures(part: Literal["val", "test"], goal: Goal, counts: Tensor, most: int) -> ClassFigures:
    classes = goal.target.classes
    assert classes is not None
    right, named, there = counts.double()
    kept = torch.argsort(there, descending=True, stable=True)[:most].sort().values
    shares = (right / named.clamp_min(1), right / there.clamp_min(1), 2 * right / (named + there).clamp_min(1))
    precision, recall, f1 = (tuple(round(value, _DIGITS) for value in item[kept].tolist()) for item in shares)
    names = tuple(one_line(classes[place], MOST_LETTERS) for place in kept.tolist())
    samples = tuple(counts[2][kept].tolist())
    return ClassFigures(part, goal.output, len(classes), names, precision, recall, f1, samples)
