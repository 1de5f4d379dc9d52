"""How far numbers are from those that they should be, in the units that the data have them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from designer.data.formats.target_scale import Units
from designer.data.own_units import as_in_files
from designer.engine.protocol.figures import Metrics, figure_name
from designer.engine.training.measured import linked
from designer.engine.training.objectives import Compared, Objective
from designer.recipe.goals import Goal


def as_told(pair: Compared, goal: Goal, units: Mapping[str, Units]) -> Compared:
    """What is compared, as a person is told it: numbers in the units of the data, by their targets, and no logits."""
    if goal.target.classes is not None:
        return pair
    result = linked(pair.result, goal.link)
    own = units.get(goal.target.name, ((0.0,), (1.0,)))
    return Compared(*(torch.from_numpy(as_in_files(item.cpu().numpy(), own)) for item in (result, pair.wanted)))


class Misses:
    """Mean absolute errors of the Outputs that learn numbers, added up batch by batch."""

    def __init__(self, objectives: Sequence[Objective], units: Mapping[str, Units]) -> None:
        self._goals = [item.goal for item in objectives]
        self._units = units
        self._sums = [(0.0, 0)] * len(self._goals)

    def add(self, compared: Sequence[Compared]) -> None:
        """What is compared at each Output for a batch."""
        for place, (goal, pair) in enumerate(zip(self._goals, compared, strict=True)):
            if goal.target.classes is None:
                result, wanted = as_told(pair, goal, self._units)
                total, count = self._sums[place]
                self._sums[place] = total + float((result - wanted).abs().sum()), count + wanted.numel()

    def metrics(self, part: str) -> Metrics:
        """`test_mae` and so on: of the first Output with numbers, and of several Outputs also of each."""
        means = {
            goal.output: total / count for goal, (total, count) in zip(self._goals, self._sums, strict=True) if count
        }
        first = {figure_name(part, "mae"): next(iter(means.values()))} if means else {}
        each = (
            {figure_name(part, "mae", output): mean for output, mean in means.items()} if len(self._goals) > 1 else {}
        )
        return first | each
