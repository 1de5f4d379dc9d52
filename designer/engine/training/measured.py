"""What is measured of an Output beside its loss: sums on the device for each batch, and figures where somebody asks."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from designer.core.graph.roles import Link
from designer.core.graph.training_settings import TrainingSettings
from designer.data.formats.target_scale import Units
from designer.engine.training.recipe_calls import filled
from designer.recipe import choices
from designer.recipe.goals import Goal

MOST_SCORES = 2**24
"""Numbers that are kept of an Output's samples for figures that need all of them: 64 MiB. Of more there is none."""
_AS_LEARNED: Units = ((0.0,), (1.0,))


@dataclass(frozen=True)
class ChosenMetric:
    """A metric of an Output, and its functions."""

    name: str
    key: str
    """The same for metrics that need the same of a batch."""
    of_batch: Callable[[Tensor, Tensor], Tensor]
    figure: Callable[[Tensor], float]
    needs_all: bool


def measured_of(goal: Goal, settings: TrainingSettings, units: Mapping[str, Units]) -> tuple[ChosenMetric, ...]:
    """The metrics of the settings that there are for an Output; numbers in the units of the data."""
    found = []
    for item in choices.metrics_of(goal, settings):
        of_batch = filled(item.of_batch, settings, **dict(item.given))
        if goal.target.classes is None:
            of_batch = partial(_told, of_batch, goal.link, units.get(goal.target.name, _AS_LEARNED))
        key = f"{item.of_batch.name}{''.join(str(value) for _, value in item.given)}"
        found.append(ChosenMetric(item.name, key, of_batch, filled(item.figure, settings), item.needs_all))
    return tuple(found)


def _told(of_batch: Callable[[Tensor, Tensor], Tensor], link: Link, units: Units, *pair: Tensor) -> Tensor:
    in_own_units = filled(choices.IN_OWN_UNITS, TrainingSettings())
    result, wanted = pair
    return of_batch(in_own_units(linked(result, link), *units), in_own_units(wanted, *units))


def linked(result: Tensor, link: Link) -> Tensor:
    """What a network says [N, ...], of what its Output gets: probabilities of logits, and rates of their logarithms."""
    functions: dict[str, Callable[[Tensor], Tensor]] = {
        "softmax": lambda logits: logits.softmax(-1),
        "sigmoid": torch.sigmoid,
        "exp": torch.exp,
    }
    return functions[link](result) if link else result


Kept = dict[str, Any]
"""Sums by their keys, as lists that a checkpoint can hold."""


class Sums:
    """What the metrics of one Output have of all batches so far. Nothing is read from the device until somebody asks.

    Metrics that need every sample have room here only where these are `held_out`, and no more than MOST_SCORES numbers.
    """

    def __init__(self, metrics: tuple[ChosenMetric, ...], held_out: bool, begun: Kept) -> None:
        self._metrics = [item for item in metrics if held_out or not item.needs_all]
        self._of_batch = {item.key: item for item in self._metrics}
        self._added: dict[str, Tensor] = {key: torch.from_numpy(np.array(value)) for key, value in begun.items()}
        self._listed: dict[str, list[Tensor]] = {}
        self._numbers = 0

    def add(self, result: Tensor, wanted: Tensor) -> None:
        """What is compared of a batch: [n, ...] each."""
        for key, item in self._of_batch.items():
            found = item.of_batch(result.detach(), wanted)
            if not item.needs_all:
                before = self._added.get(key)
                self._added[key] = found if before is None else before.to(found) + found
            elif self._numbers <= MOST_SCORES:
                self._numbers += found.numel()
                self._listed.setdefault(key, []).append(found)

    def kept(self) -> Kept:
        """What was added up, for a checkpoint."""
        return {key: value.tolist() for key, value in self._added.items()}

    def figures(self) -> dict[str, float]:
        """The figures by name; those that the samples say nothing of are not there."""
        together = {key: value.cpu() for key, value in self._added.items()}
        if self._numbers <= MOST_SCORES:
            together |= {key: torch.cat(values) for key, values in self._listed.items()}
        found = {item.name: item.figure(together[item.key]) for item in self._metrics if item.key in together}
        return {name: value for name, value in found.items() if math.isfinite(value)}
