"""Whether a target is what the Poisson loss learns: counts, as the data have them."""

from __future__ import annotations

from collections.abc import Iterable

from designer.core.graph.data_settings import DataSettings
from designer.data.sample_facts import facts_of
from designer.data.samples import Samples
from designer.engine.model.devices import TrainingError
from designer.recipe.goals import Goal


def expect_counts(goals: Iterable[Goal], data: DataSettings, samples: Samples) -> None:
    """Raises TrainingError where a target of a Poisson loss is in other units than its own, or below 0.

    Of what is read from the disk batch by batch the units alone are looked at.
    """
    for goal in goals:
        if goal.loss == "poisson":
            _expect_counts(goal, data, samples)


def _expect_counts(goal: Goal, data: DataSettings, samples: Samples) -> None:
    name = goal.target.name
    who = f"Output '{goal.output}' has the Poisson loss, which learns counts from 0 on, but its target '{name}'"
    offsets, scales = facts_of(data).units.get(name, ((0.0,), (1.0,)))
    if any(offsets) or any(scale != 1 for scale in scales):
        hint = "Let it be learned as it stands in the file (Data panel), or choose another loss."
        raise TrainingError(f"{who} is learned in deviations from its mean", hint)
    if name in samples.columns and (least := samples.columns[name].min(initial=0)) < 0:
        raise TrainingError(f"{who} has the number {least:g}", "Choose another loss, such as huber.")
