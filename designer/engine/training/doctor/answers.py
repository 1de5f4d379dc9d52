"""What a network says in validation, added up on the device: how often each class is named, and how numbers spread."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from designer.engine.training.doctor.observed import AnswersSeen
from designer.recipe.goals import Goal


class AnswerCounts:
    """Of the first Output that has classes; where none has any, the spread of what the first Output should give."""

    def __init__(self, goals: Sequence[Goal]) -> None:
        self._place = next((place for place, goal in enumerate(goals) if goal.gives == "classes"), 0)
        first = goals[self._place]
        classes = first.target.classes if first.gives == "classes" else None
        self.classes: tuple[str, ...] = classes or ()
        self._wanted: Tensor | None = None
        self._named: Tensor | None = None
        self._shift: Tensor | None = None
        self._sums: Tensor | None = None
        self._squares: Tensor | None = None
        self._count = 0

    def add(self, compared: Sequence[tuple[Tensor, Tensor]]) -> None:
        """What is compared at each Output for a batch: logits [N, classes] and classes [N], or numbers [N, ...]."""
        result, wanted = compared[self._place]
        if self.classes:
            self._wanted = _counted(self._wanted, wanted, len(self.classes))
            self._named = _counted(self._named, result.argmax(-1), len(self.classes))
        else:
            self._spread(wanted.float())

    def _spread(self, wanted: Tensor) -> None:
        """Sums of differences from the first row, as those of squares of large numbers leave nothing of small ones."""
        if self._shift is None or self._sums is None or self._squares is None:
            self._shift = wanted[0].clone()
            self._sums, self._squares = torch.zeros_like(self._shift), torch.zeros_like(self._shift)
        if wanted.shape[1:] != self._shift.shape:
            return
        off = wanted - self._shift
        self._sums += off.sum(0)
        self._squares += off.square().sum(0)
        self._count += len(wanted)

    def taken(self) -> AnswersSeen:
        """All of it, read from the device at once. Begins anew."""
        if self._wanted is not None and self._named is not None:
            wanted, named = torch.stack([self._wanted, self._named]).cpu().tolist()
            answers = AnswersSeen(tuple(map(int, wanted)), tuple(map(int, named)))
        elif self._sums is not None and self._squares is not None and self._count:
            mean = self._sums / self._count
            answers = AnswersSeen(variance=float((self._squares / self._count - mean.square()).mean()))
        else:
            answers = AnswersSeen()
        self._wanted = self._named = self._shift = self._sums = self._squares = None
        self._count = 0
        return answers


def _counted(counts: Tensor | None, of: Tensor, classes: int) -> Tensor:
    """Adds how often each class is there, int64 [classes]; nothing is read from the device."""
    counts = torch.zeros(classes, dtype=torch.int64, device=of.device) if counts is None else counts
    rows = of.reshape(-1)
    return counts.index_add_(0, rows, torch.ones_like(rows, dtype=torch.int64))
