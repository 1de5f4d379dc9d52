"""Learner: a model with what it learns towards, and one step of that. It knows no loop, no events and no disk."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from designer.core.graph.binding import Binding
from designer.core.graph.design import Design
from designer.core.graph.training_settings import TrainingSettings
from designer.data.sample_facts import facts_of
from designer.engine.runs.checkpoint import Checkpoint, Progress, restore, take_up
from designer.engine.training.batches import Batch
from designer.engine.training.carrying import Carried
from designer.engine.training.objectives import (
    Compared,
    as_results,
    compared_with_losses,
    evaluation_order,
    make_objectives,
    make_optimizer,
    make_penalty,
    minimised,
    rate_factors,
)
from designer.engine.training.recipe_calls import filled
from designer.engine.training.schedule import Schedule
from designer.recipe import choices
from designer.recipe.averaging import mean_of
from designer.recipe.batching import epoch_order
from designer.recipe.precision import scaler_of
from designer.recipe.rates import set_rate, set_rates
from designer.recipe.schedules import Plateau
from designer.recipe.streams import stream_order


class Learner:
    """Takes steps with a design's settings, so many in an epoch; `weights` has, by Output, what each class counts.

    `follows` is that of the samples, where states are carried over from batch to batch.
    """

    def __init__(
        self,
        design: Design,
        model: nn.Module,
        binding: Binding,
        outputs: tuple[str, ...],
        weights: Mapping[str, Tensor],
        device: torch.device,
        epoch_steps: int,
        follows: Tensor | None = None,
    ) -> None:
        self.model, self._design = model, design
        self._carried = None if follows is None else Carried(design.training, follows)
        """The states of the samples that are learned from, where they are carried over from batch to batch."""
        self._network, self._binding = design.network, binding
        self._outputs, self._weights, self._device = outputs, weights, device
        self._epoch_steps = epoch_steps
        self._seed = design.training.seed
        self._units = facts_of(design.data).units
        self.optimizer = make_optimizer(model, design.training, device)
        self.mean = mean_of(model) if choices.averaging(design.training) else None
        """The running mean of the model's weights, where that is evaluated in its place."""
        self.scaler = scaler_of(device.type) if choices.scales(design.training) else None
        """What makes gradients larger until the step, where their numbers have no room for small ones."""
        self._follow(design.training)

    def copied(self) -> Learner:
        """One that learns the same from its beginning, with a model of its own."""
        model, more = copy.deepcopy(self.model), (self._outputs, self._weights, self._device, self._epoch_steps)
        return Learner(self._design, model, self._binding, *more)

    def take_settings(self, settings: TrainingSettings) -> None:
        """Learns on with other settings; what the optimizer has learned stays."""
        learned = self.optimizer.state
        self.optimizer = make_optimizer(self.model, settings, self._device)
        take_up(self.optimizer, learned)
        self._follow(settings)

    def _follow(self, settings: TrainingSettings) -> None:
        """What is called at each step, with the settings filled in."""
        self.settings = settings
        self.objectives = make_objectives(
            self._network, self._binding, self._outputs, settings, self._weights, self._units
        )
        self._penalty = make_penalty(settings)
        given = {"model": self.model, "optimizer": self.optimizer, "scaler": self.scaler}
        self._backward = filled(choices.backward_of(settings), settings, **given)
        self._descent = [
            (filled(function, settings, **given), "step" in function.parameters)
            for function in choices.descent_of(settings)
        ]
        in_precision = filled(choices.IN_PRECISION, settings, device=self._device.type)
        self._in_precision = in_precision if choices.in_fewer_digits(settings) else None
        self._begins_step = filled(choices.BEGINS_STEP, settings)
        self._ends_step = filled(choices.ENDS_STEP, settings, batches=self._epoch_steps)
        self._batches_of_step = filled(choices.BATCHES_OF_STEP, settings, batches=self._epoch_steps)
        self.schedule = Schedule(settings, self._epoch_steps)
        self._set_rate = set_rates if rate_factors(self.model) else set_rate
        self._take_mean = filled(choices.FOLLOW, settings, mean=self.mean, model=self.model)

    @property
    def measured(self) -> nn.Module:
        """What is evaluated: the model, or the mean of its weights."""
        return self.model if self.mean is None else self.mean

    def end(self, weights: Mapping[str, Tensor] | None = None) -> None:
        """The model has these weights, or else those that were evaluated."""
        chosen = self.measured.state_dict() if weights is None else weights
        for model in (self.model, self.measured):
            model.load_state_dict(chosen)

    def begin_epoch(self, samples: int, epoch: int, batch: int) -> Tensor:
        """The order in which so many samples are learned from, int64 [n], where that batch of an epoch comes next."""
        if self._carried is None:
            return epoch_order(samples, self.settings.seed, epoch)
        if batch == 0:
            self._carried.begin_epoch()
        return stream_order(samples, self.settings.batch_size)

    def step(self, batch: Batch, step: int, plateau: Plateau) -> tuple[list[Compared], list[Tensor]]:
        """One step down the gradient, or a part of one; what was compared at each Output before, and the loss of that.

        Steps are counted from 0 over the whole training.
        """
        number, self.rate = step % self._epoch_steps, self.schedule.rate(step, plateau)
        if not self.schedule.is_constant:
            self._set_rate(self.optimizer, self.rate)
        if self._begins_step(number):
            self.optimizer.zero_grad(set_to_none=True)
        compared, losses = self.forward(self.model, batch, self._carried)
        loss = minimised(losses, self.objectives)
        loss = loss + self._penalty(self.model) if self._penalty else loss
        together = self._batches_of_step(number)
        self._backward(loss / together if together > 1 else loss)
        if self.ends_step(number):
            for change, takes_step in self._descent:
                change(step=step) if takes_step else change()
            if self.mean is not None:
                self._take_mean(step=step)
        return compared, losses

    def ends_step(self, number: int) -> bool:
        """Whether a batch, counted from 0 in its epoch, is the last one of its step."""
        return bool(self._ends_step(number))

    def beside(self, batches: int) -> dict[str, Tensor]:
        """What a checkpoint needs beside the weights that are evaluated, after so many batches of an epoch.

        `raw.` are those that are learned on, where they are others; `gradient.` belongs to a step that is under way,
        `carried.` are the states that the next batch begins with, and `scaler.` belongs to the gradients.
        """
        found = (
            {f"raw.{name}": value for name, value in self.model.state_dict().items()} if self.mean is not None else {}
        )
        if self.scaler is not None:
            known = self.scaler.state_dict()
            found["scaler.scale"] = torch.tensor(known["scale"])
            found["scaler.growth_tracker"] = torch.tensor(known["_growth_tracker"])
        if batches > 0 and not self.ends_step(batches - 1):
            weights = self.model.named_parameters()
            found |= {f"gradient.{name}": weight.grad for name, weight in weights if weight.grad is not None}
        return found | {
            f"carried.{name}": state for name, state in (self._carried.states if self._carried else {}).items()
        }

    def evaluation_order(self, count: int) -> Tensor:
        """In which order so many samples are evaluated."""
        return evaluation_order((item.goal for item in self.objectives), count, self._seed)

    def restore(self, kept: Checkpoint) -> Progress:
        """Goes on from a checkpoint; gives where that was. Raises TrainingError where it belongs to another network."""
        if self._carried:
            # Copies: they lie in memory as those of a run that was not stopped, which last digits may depend on.
            states = kept.part("carried.").items()
            self._carried.states = {name: state.to(self._device, copy=True) for name, state in states}
        return restore(kept, self.model, self.optimizer, self.mean, self.scaler)

    def forward(
        self, model: nn.Module, batch: Batch, carried: Carried | None = None
    ) -> tuple[list[Compared], list[Tensor]]:
        """What is compared at each Output, and the loss of that, both float32."""
        if carried:
            given = carried.called(model, batch)
        else:
            given = self._in_precision(model, batch.arguments) if self._in_precision else model(*batch.arguments)
        return compared_with_losses(as_results(given), batch, self.objectives)
