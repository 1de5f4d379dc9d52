"""Counts of losses and right answers, kept on the device until someone asks: reading each would stall the loop."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from designer.engine.protocol.arrays import Floats
from designer.engine.protocol.figures import Metrics, figure_name
from designer.engine.training.measured import Kept
from designer.engine.training.measured import Sums as MetricSums
from designer.engine.training.objectives import Compared, Objective
from designer.recipe.class_weights import weight_of
from designer.recipe.sums import weighted_sum

Sums = tuple[float, int, int, float]
"""Of an Output: losses, right answers, the samples or steps that they are of, and the weight of these.

The weight is their number, unless classes count differently.
"""


class Tally:
    """Sums over the batches of an epoch for each Output, and the single batches since the last report.

    `sums`, `measured` and `seen` are those that a checkpoint has of an epoch which goes on. Figures that need every
    sample are there where the samples are `held_out`, and not learned.
    """

    def __init__(
        self,
        objectives: Sequence[Objective],
        sums: Sequence[Sums] = (),
        seen: int = 0,
        measured: Sequence[Kept] = (),
        held_out: bool = False,
    ) -> None:
        self._goals = [item.goal for item in objectives]
        self._naming = [item.right for item in objectives]
        self.sums: list[Sums] = list(sums) or [(0.0, 0, 0, 0.0)] * len(objectives)
        self.seen = seen
        """Samples."""
        begun = measured or [{} for _ in objectives]
        self._measures = [
            MetricSums(item.metrics, held_out, before) for item, before in zip(objectives, begun, strict=True)
        ]
        self._losses: list[list[Tensor]] = []
        self._rights: list[list[Tensor]] = []
        self._counts: list[list[int]] = []
        self._class_weights = [item.weights for item in objectives]
        self._weights: list[list[Tensor]] = []

    def add(self, losses: Sequence[Tensor], compared: Sequence[Compared], samples: int) -> None:
        """Takes in a batch of so many samples: for each Output the mean loss, float32 [], and what that is of."""
        self.seen += samples
        self._losses.append([loss.detach() for loss in losses])
        self._counts.append([len(item.wanted) for item in compared])
        self._rights.append([right(*item) for right, item in zip(self._naming, compared, strict=True) if right])
        for measures, pair in zip(self._measures, compared, strict=True):
            measures.add(*pair)
        weighed = zip(self._class_weights, compared, strict=True)
        self._weights.append([weight_of(item.wanted, weights) for weights, item in weighed if weights is not None])

    def flush(self) -> dict[str, Floats]:
        """Loss and accuracy of each batch since the last flush, float32 [batches] by name; adds them up.

        The loss is that of all Outputs; the accuracy is there where there are classes. Nothing without a batch.
        """
        if not self._losses:
            return {}
        counts = np.array(self._counts)
        losses = _numbers(self._losses)
        rights = np.zeros(losses.shape)
        if any(self._rights):
            rights[:, [goal.target.classes is not None for goal in self._goals]] = _numbers(self._rights)
        weighing = counts.astype(np.float64)
        if any(self._weights):
            weighing[:, [weights is not None for weights in self._class_weights]] = _numbers(self._weights)
        gained = np.stack([losses.astype(np.float64) * weighing, rights, counts, weighing], axis=-1)
        # Batch by batch, so that the last digits of a sum say nothing of when somebody has asked, or of a stop.
        sums = np.add.accumulate(np.concatenate([np.array(self.sums)[np.newaxis], gained]))[-1]
        self.sums = [(loss, int(right), int(count), weight) for loss, right, count, weight in sums.tolist()]
        self._losses, self._rights, self._counts, self._weights = [], [], [], []
        weights = np.array([goal.weight for goal in self._goals])
        total = losses[:, 0] if len(weights) == 1 and weights[0] == 1 else (losses * weights).sum(1)
        series = {"loss": total.astype(np.float32)}
        if (place := self._first_of_classes) is not None:
            series["accuracy"] = (rights[:, place] / counts[:, place]).astype(np.float32)
        return series

    @property
    def chosen(self) -> dict[str, Metrics]:
        """The figures of the metrics that are chosen, for each Output."""
        return {goal.output: item.figures() for goal, item in zip(self._goals, self._measures, strict=True)}

    @property
    def measured(self) -> tuple[Kept, ...]:
        """What the metrics have so far, for a checkpoint; nothing where none are chosen."""
        kept = tuple(item.kept() for item in self._measures)
        return kept if any(kept) else ()

    @property
    def _first_of_classes(self) -> int | None:
        return next((place for place, goal in enumerate(self._goals) if goal.target.classes is not None), None)

    @property
    def loss(self) -> float | None:
        """Sum over the Outputs of weight × mean loss; None before the first batch."""
        if not self.seen or not self.sums[0][2]:
            return None
        means = {goal.output: loss / weight for goal, (loss, *_, weight) in zip(self._goals, self.sums, strict=True)}
        return float(weighted_sum(means, {goal.output: goal.weight for goal in self._goals}))

    @property
    def accuracy(self) -> float | None:
        """Share of right answers of the first Output with classes; None without one and before the first batch."""
        place = self._first_of_classes
        if place is None or not self.sums[place][2]:
            return None
        return self.sums[place][1] / self.sums[place][2]

    def metrics(self, part: str) -> Metrics:
        """The figures of a part of the data, by name; of several Outputs also those of each, losses unweighted."""
        named = {figure_name(part, "loss"): self.loss, figure_name(part, "accuracy"): self.accuracy}
        if len(self._goals) > 1 and self.loss is not None:
            for goal, (loss, right, count, weight) in zip(self._goals, self.sums, strict=True):
                named[figure_name(part, "loss", goal.output)] = loss / weight
                if goal.target.classes is not None:
                    named[figure_name(part, "accuracy", goal.output)] = right / count
        return {name: value for name, value in named.items() if value is not None} | self._of_metrics(part)

    def _of_metrics(self, part: str) -> Metrics:
        """Those of the first Output that has them, and of several Outputs also those of each."""
        found: Metrics = {}
        for output, figures in self.chosen.items():
            for name, value in figures.items():
                found.setdefault(figure_name(part, name), value)
                if len(self._goals) > 1:
                    found[figure_name(part, name, output)] = value
        return found


def _numbers(rows: list[list[Tensor]]) -> Floats:
    """A number for each batch and Output, read from the device at once."""
    return torch.stack([item for row in rows for item in row]).float().cpu().numpy().reshape(len(rows), -1)
