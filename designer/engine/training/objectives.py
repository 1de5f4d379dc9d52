"""What a run learns towards: the recipe's functions that a design needs, with its settings filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from designer.core.graph.binding import Binding
from designer.core.graph.network import Network
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.units import plural
from designer.data.formats.target_scale import Units
from designer.engine.model.build import Model
from designer.engine.model.devices import TrainingError
from designer.engine.training.batches import Batch
from designer.engine.training.measured import ChosenMetric, measured_of
from designer.engine.training.recipe_calls import filled
from designer.recipe import choices
from designer.recipe.batching import epoch_order
from designer.recipe.goals import Goal, goals_of
from designer.recipe.mixing import mixed_loss
from designer.recipe.sums import weighted_sum


class Compared(NamedTuple):
    """What an Output gets and what it should, row by row: [N, ...] of samples, or of all steps that count."""

    result: Tensor
    wanted: Tensor


@dataclass(frozen=True)
class Objective:
    """What an Output learns, and the functions that compute it."""

    goal: Goal
    loss: Callable[[Tensor, Tensor], Tensor]
    right: Callable[[Tensor, Tensor], Tensor] | None
    """How many classes are named rightly; None where there are no classes."""
    steps: Callable[..., Tensor] | None
    weights: Tensor | None = None
    """How much each class counts in the loss, float32 [classes]; None where all count alike."""
    metrics: tuple[ChosenMetric, ...] = ()
    """What is measured beside the loss and the right answers."""

    def compared(self, result: Tensor, batch: Batch, partners: Tensor | None = None) -> Compared:
        """What the loss is of, where the Output gets `result` [N, ...] for a batch.

        With `partners`, int64 [N], the samples should be what these are. Raises TrainingError where the lengths differ.
        """
        target = self.goal.target
        wanted = batch.columns[target.name]
        wanted = wanted if partners is None else wanted[partners]
        if target.per_step and result.shape[1] != wanted.shape[1]:
            raise TrainingError(
                f"Output '{self.goal.output}' gets {plural(result.shape[1], 'step')}, but its target "
                f"'{target.name}' has {wanted.shape[1]}",
                "The blocks between the Input and this Output must keep the length.",
            )
        if self.steps is None:
            return Compared(result, wanted)
        lengths = (batch.columns[self.goal.lengths],) if self.goal.lengths else ()
        return Compared(self.steps(result, *lengths), self.steps(wanted, *lengths))


def make_objectives(
    network: Network,
    binding: Binding,
    outputs: Iterable[str],
    settings: TrainingSettings,
    weights: Mapping[str, Tensor] | None = None,
    units: Mapping[str, Units] | None = None,
) -> tuple[Objective, ...]:
    """What a network's Outputs learn, in the order in which its model gives their results.

    `weights` has, by Output, how much each class counts, as `class_weights` gives it; `units` by targets those that
    numbers are told in.
    """
    goals = goals_of(network, binding, outputs)
    return tuple(objective_of(goal, settings, (weights or {}).get(goal.output), units) for goal in goals)


def objective_of(
    goal: Goal,
    settings: TrainingSettings,
    weights: Tensor | None = None,
    units: Mapping[str, Units] | None = None,
) -> Objective:
    """The functions that a goal needs; `units` has by targets those that numbers are told in."""
    counting = choices.right_answers_of(goal)
    steps = choices.steps_of(goal)
    loss = filled(choices.loss_of(goal), settings, class_weights=weights, **dict(goal.options))
    metrics = measured_of(goal, settings, units or {})
    right = filled(counting, settings) if counting else None
    return Objective(goal, loss, right, filled(steps, settings) if steps else None, weights, metrics)


def as_results(given: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """What a model gives, Output by Output [N, ...], also where there is but one."""
    return given if isinstance(given, tuple) else (given,)


def compared_with_losses(
    results: Sequence[Tensor], batch: Batch, objectives: Sequence[Objective]
) -> tuple[list[Compared], list[Tensor]]:
    """What is compared at each Output for a batch, and the mean loss of that, float32 [].

    Of mixed samples it is their own classes, of which there is more in them; the loss is that by both.
    Raises TrainingError where lengths differ.
    """
    compared = [item.compared(result, batch) for item, result in zip(objectives, results, strict=True)]
    losses = [item.loss(*pair) for item, pair in zip(objectives, compared, strict=True)]
    mixing = batch.mixing
    if mixing is not None:
        for place, (item, result) in enumerate(zip(objectives, results, strict=True)):
            if item.goal.target.classes is not None:
                others = item.loss(*item.compared(result, batch, mixing.partners))
                losses[place] = mixed_loss(losses[place], others, mixing.share)
    return compared, losses


def evaluation_order(goals: Iterable[Goal], count: int, seed: int) -> Tensor:
    """In which order so many samples are evaluated, int64 [count]: as they lie, unless they are compared in batches."""
    if choices.mixes_evaluation(goals):
        return epoch_order(count, seed, choices.EVALUATION_EPOCH)
    return torch.arange(count)


def minimised(losses: Sequence[Tensor], objectives: Sequence[Objective]) -> Tensor:
    """The loss of all Outputs: the sum of weight × loss."""
    if len(losses) == 1 and objectives[0].goal.weight == 1:
        return losses[0]
    weights = {item.goal.output: item.goal.weight for item in objectives}
    total = weighted_sum(dict(zip(weights, losses, strict=True)), weights)
    assert isinstance(total, Tensor)
    return total


def make_penalty(settings: TrainingSettings) -> Callable[[nn.Module], Tensor] | None:
    """What keeps a model's weights small, float32 [], and is added to the loss; None without a factor."""
    terms = [filled(function, settings) for function in choices.penalties_of(settings)]
    return (lambda model: sum(term(model) for term in terms)) if terms else None


def make_optimizer(model: nn.Module, settings: TrainingSettings, device: torch.device) -> torch.optim.Optimizer:
    """The optimizer of the settings, with the rates of blocks. Raises TrainingError where this torch has it not."""
    if settings.optimizer == "muon" and not hasattr(torch.optim, "Muon"):
        raise TrainingError(
            f"the optimizer is Muon, which torch has from version 2.9 on, and this is {torch.__version__}",
            "Choose another optimizer, or update torch.",
        )
    factors = rate_factors(model)
    groups = filled(choices.RATE_GROUPS, settings)(model, rate_factors=factors) if factors else model.parameters()
    function = choices.optimizer_of(settings)
    made: torch.optim.Optimizer = filled(function, settings, device=device.type, model=model, parameters=groups)()
    return made


def rate_factors(model: nn.Module) -> Mapping[str, float]:
    """By what the rates of modules are multiplied; empty where all learn at the same one."""
    return model.learning.rates if isinstance(model, Model) else {}
