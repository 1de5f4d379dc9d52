"""How good a trained network is: figures of each Output, added up batch by batch."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from designer.core.graph.binding import Target
from designer.data.errors import DataError
from designer.engine.evaluation.boxes import overlap
from designer.engine.evaluation.passes import Ready, passes
from designer.engine.evaluation.samples import Tried
from designer.engine.protocol.figures import Metrics
from designer.engine.training.measured import MOST_SCORES
from designer.engine.training.metrics import Tally
from designer.engine.training.misses import Misses, as_told
from designer.engine.training.objectives import Compared, compared_with_losses
from designer.recipe.goals import Goal
from designer.recipe.measures import embedded, nearest_classes

Counts = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
_BOX = 4
"""Numbers of a box."""
MOST_CONFUSED = 1_000
"""Classes up to which it is counted which are taken for which."""


@dataclass(frozen=True)
class Report:
    """What was measured: of the network as a whole by the names that runs have, and of each Output."""

    metrics: Metrics
    outputs: dict[str, dict[str, Any]]


def measured(ready: Ready, tried: Tried, part: str) -> Report:
    """The figures of all samples; `part` is what their names begin with. Raises DataError where labels are missing."""
    for output, target in ready.binding.targets.items():
        if not tried.has(target.name):
            raise DataError(f"data: there is no '{target.name}', which Output '{output}' is compared with")
    objectives = ready.weighing(tried.units)
    tally, misses = Tally(objectives, held_out=True), Misses(objectives, tried.units)
    counted = [_counting(item.goal) for item in objectives]
    for item in passes(ready, tried, mixed=True):
        with torch.inference_mode():
            compared, losses = compared_with_losses(item.results, item.batch, objectives)
            tally.add(losses, compared, len(item.batch))
            misses.add(compared)
            for counts, pair, objective in zip(counted, compared, objectives, strict=True):
                counts.add(as_told(pair, objective.goal, tried.units))
    tally.flush()
    outputs = {}
    for objective, counts, (loss, *_, weight) in zip(objectives, counted, tally.sums, strict=True):
        target, output = objective.goal.target, objective.goal.output
        chosen = tally.chosen[output]
        more = {"metrics": chosen} if chosen else {}
        outputs[output] = {"target": target.name, "loss": loss / weight, **counts.figures(target), **more}
    return Report(tally.metrics(part) | misses.metrics(part), outputs)


def _counting(goal: Goal) -> ClassCounts | NumberSums:
    if goal.target.classes is None:
        return NumberSums()
    classes = len(goal.target.classes)
    return Neighbours(classes) if goal.gives == "embeddings" else ClassCounts(classes)


@dataclass
class ClassCounts:
    """Which classes were named, and which they are."""

    classes: int
    confusion: Counts = field(init=False)
    """int64 [C, C]: rows are the classes that they are, columns those that were named; of very many none is kept."""

    def __post_init__(self) -> None:
        kept = self.classes if self.classes <= MOST_CONFUSED else 0
        self.confusion = np.zeros((kept, kept), dtype=np.int64)
        self._right, self._named, self._wanted = (np.zeros(self.classes, dtype=np.int64) for _ in range(3))
        self._surprise = 0.0

    def add(self, compared: Compared) -> None:
        """Logits [n, C] and classes int64 [n]."""
        self._count(_numbers(compared.wanted), _numbers(compared.result.argmax(-1)))
        self._surprise += float(F.cross_entropy(compared.result.double(), compared.wanted, reduction="sum"))

    def _count(self, wanted: Counts, named: Counts) -> None:
        if len(wanted) and (wanted.min() < 0 or wanted.max() >= self.classes):
            raise DataError(f"data: there is a class number {wanted.max()}, and the network knows {self.classes:,}")
        self._right += np.bincount(wanted[wanted == named], minlength=self.classes)
        self._named += np.bincount(named, minlength=self.classes)
        self._wanted += np.bincount(wanted, minlength=self.classes)
        if kept := len(self.confusion):
            pairs = np.bincount(wanted * kept + named, minlength=kept * kept)
            self.confusion += pairs.reshape(kept, kept)

    def figures(self, target: Target) -> dict[str, Any]:
        """Accuracy, and of each class precision, recall, F1 and how many there are; of steps the perplexity.

        What is divided by nothing is 0. The means are over the classes that there are or that were named.
        """
        assert target.classes is not None
        precision, recall = _shares(self._right, self._named), _shares(self._right, self._wanted)
        f1 = _shares(2 * self._right, self._named + self._wanted)
        there = (self._named + self._wanted) > 0
        count = int(self._wanted.sum())
        found: dict[str, Any] = {"count": count, "accuracy": int(self._right.sum()) / count}
        if target.per_step:
            found["perplexity"] = exp(min(self._surprise / count, 700.0))
        listed = zip(target.classes, precision, recall, f1, self._wanted, strict=True)
        found["mean"] = {
            name: float(values[there].mean()) for name, values in zip(_OF_CLASSES, (precision, recall, f1), strict=True)
        }
        found["classes"] = [
            {"class": name, **dict(zip(_OF_CLASSES, map(float, values), strict=True)), "support": int(support)}
            for name, *values, support in listed
        ]
        return found | ({"confusion": self.confusion.tolist()} if len(self.confusion) else {})


class Neighbours(ClassCounts):
    """Which class the nearest neighbour of each sample has among all others, and which it is.

    Of more than MOST_SCORES numbers, the first samples of the order in which they are evaluated count.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        self._points: list[Tensor] = []
        self._numbers = 0

    def add(self, compared: Compared) -> None:
        """Embeddings [n, F] and classes int64 [n]."""
        if self._numbers <= MOST_SCORES:
            self._points.append(embedded(*compared))
            self._numbers += self._points[-1].numel()

    def settle(self) -> None:
        """All samples have come: each has its nearest neighbour."""
        points = torch.cat(self._points)
        self._count(_numbers(points[:, -1]), _numbers(nearest_classes(points)))

    def figures(self, target: Target) -> dict[str, Any]:
        """As those of classes that are named."""
        self.settle()
        return super().figures(target)


_OF_CLASSES = ("precision", "recall", "f1")


def _shares(part: Counts, whole: Counts) -> Numbers:
    found: Numbers = np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
    return found


@dataclass
class NumberSums:
    """How far numbers are from those that they should be."""

    _count: int = 0
    _absolute: float = 0.0
    _squared: float = 0.0
    _mean: Numbers = field(default_factory=lambda: np.zeros(1))
    _spread: Numbers = field(default_factory=lambda: np.zeros(1))
    _rows: int = 0
    _overlap: float = 0.0
    """Added up over the samples, where the numbers are boxes."""

    def add(self, compared: Compared) -> None:
        """Numbers [n, ...], and those that they should be."""
        result, wanted = (value.double().cpu().flatten(1).numpy() for value in compared)
        missed = result - wanted
        self._count += missed.size
        self._absolute += float(np.abs(missed).sum())
        self._squared += float((missed**2).sum())
        self._add_spread(wanted)
        if wanted.shape[1] == _BOX:
            self._overlap += float(overlap(result, wanted).sum())

    def _add_spread(self, wanted: Numbers) -> None:
        """The squares around the mean of each number, as Chan, Golub and LeVeque (1979) put two sets together."""
        rows = len(wanted)
        if not rows:
            return
        mean = wanted.mean(0)
        off, before = mean - self._mean, self._rows
        self._rows += rows
        self._spread = self._spread + ((wanted - mean) ** 2).sum(0) + off**2 * (before * rows / self._rows)
        self._mean = self._mean + off * (rows / self._rows)

    def figures(self, target: Target) -> dict[str, Any]:
        """MAE and RMSE over all numbers, and R²: the share of their squares around the mean of each that is told.

        There is no R² where all that should be told is the same. Of boxes there is the mean overlap as well (IoU).
        """
        spread = float(self._spread.sum())
        boxes = {"iou": self._overlap / self._rows} if target.marks == "box" else {}
        return {
            "count": self._count,
            "mae": self._absolute / self._count,
            "rmse": sqrt(self._squared / self._count),
            "r2": 1 - self._squared / spread if spread > 0 else None,
            **boxes,
        }


def _numbers(values: Tensor) -> Counts:
    found: Counts = values.cpu().numpy().astype(np.int64)
    return found
