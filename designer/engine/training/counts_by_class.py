"""How often each class is told and told rightly, and for which others, added up on the device: what that says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from designer.core.schema.limits import one_line
from designer.engine.protocol.class_figures import MOST_LETTERS, ClassFigures
from designer.engine.training.objectives import Compared
from designer.recipe.goals import Goal
from designer.recipe.measures import class_counts

_DIGITS = 6
MOST_PAIRED = 300
"""Of so many classes each pair is counted while a network is trained: more would take time in each batch."""


@dataclass(frozen=True)
class Confused:
    """Which class samples were taken for at an Output, by those that they are: int64 [C, C]."""

    classes: tuple[str, ...]
    counts: Tensor


class CountsByClass:
    """Of each Output that names classes. Nothing is read from the device until somebody asks."""

    def __init__(self, goals: Sequence[Goal]) -> None:
        self._goals = {place: goal for place, goal in enumerate(goals) if goal.gives == "classes"}
        self._counts: dict[int, Tensor] = {}
        self._pairs: dict[int, Tensor] = {}

    def add(self, compared: Sequence[Compared]) -> None:
        """What is compared at each Output for a batch."""
        for place in self._goals:
            result, wanted = compared[place]
            found, before = class_counts(result.detach(), wanted), self._counts.get(place)
            self._counts[place] = found if before is None else before + found
            if (classes := result.shape[-1]) <= MOST_PAIRED:
                pairs = self._pairs.setdefault(place, wanted.new_zeros(classes * classes))
                pairs.index_add_(0, wanted * classes + result.argmax(-1), torch.ones_like(wanted))

    def figures(self, part: Literal["val", "test"], most: int) -> tuple[ClassFigures, ...]:
        """For each Output, of no more than so many classes in all; nothing before the first batch."""
        each = max(most // max(len(self._counts), 1), 1)
        return tuple(_figures(part, self._goals[place], counts.cpu(), each) for place, counts in self._counts.items())

    @property
    def outputs(self) -> tuple[str, ...]:
        """Those that name classes."""
        return tuple(goal.output for goal in self._goals.values())

    def confused(self) -> Mapping[str, Confused]:
        """By Outputs; those that name more than `MOST_PAIRED` classes are not among them."""
        return {
            (goal := self._goals[place]).output: Confused(
                goal.target.classes or (), pairs.cpu().reshape(2 * (round(len(pairs) ** 0.5),))
            )
            for place, pairs in self._pairs.items()
        }


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
