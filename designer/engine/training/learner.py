"""Learner: a model with what it learns towards, and one step of that. It knows no loop, no events and no disk."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from designer.core.graph.binding import Binding
from designer.core.graph.design import Design
from designer.core.graph.settings import TrainingSettings
from designer.engine.runs.checkpoint import take_up
from designer.engine.training.batches import Batch
from designer.engine.training.objectives import (
    Compared,
    as_results,
    compared_with_losses,
    make_objectives,
    make_optimizer,
    make_penalty,
    minimised,
)
from designer.engine.training.recipe_calls import filled
from designer.engine.training.schedule import Schedule
from designer.recipe import choices
from designer.recipe.rates import set_rate


class Learner:
    """Takes steps with a design's settings, so many in an epoch; `weights` has, by Output, what each class counts."""

    def __init__(
        self,
        design: Design,
        model: nn.Module,
        binding: Binding,
        outputs: tuple[str, ...],
        weights: Mapping[str, Tensor],
        device: torch.device,
        epoch_steps: int,
    ) -> None:
        self.model = model
        self._network, self._binding = design.network, binding
        self._outputs, self._weights, self._device = outputs, weights, device
        self._epoch_steps = epoch_steps
        self.optimizer = make_optimizer(model, design.training, device)
        self._follow(design.training)

    def take_settings(self, settings: TrainingSettings) -> None:
        """Learns on with other settings; what the optimizer has learned stays."""
        learned = self.optimizer.state
        self.optimizer = make_optimizer(self.model, settings, self._device)
        take_up(self.optimizer, learned)
        self._follow(settings)

    def _follow(self, settings: TrainingSettings) -> None:
        """What is called at each step, with the settings filled in."""
        self.objectives = make_objectives(self._network, self._binding, self._outputs, settings, self._weights)
        self._penalty = make_penalty(settings)
        self._backward = filled(choices.BACKWARD, settings)
        given = {"model": self.model, "optimizer": self.optimizer}
        self._descent = [filled(function, settings, **given) for function in choices.descent_of(settings)]
        self._begins_step = filled(choices.BEGINS_STEP, settings)
        self._ends_step = filled(choices.ENDS_STEP, settings, batches=self._epoch_steps)
        self._batches_of_step = filled(choices.BATCHES_OF_STEP, settings, batches=self._epoch_steps)
        self.schedule = Schedule(settings, self._epoch_steps)

    def step(self, batch: Batch, number: int, rate: float) -> tuple[list[Compared], list[Tensor]]:
        """One step down the gradient, or a part of one; what was compared at each Output before, and the loss of that.

        `number` is the batch's, from 0 in its epoch.
        """
        if not self.schedule.is_constant:
            set_rate(self.optimizer, rate)
        if self._begins_step(number):
            self.optimizer.zero_grad(set_to_none=True)
        compared, losses = self.forward(batch)
        loss = minimised(losses, self.objectives)
        loss = loss + self._penalty(self.model) if self._penalty else loss
        together = self._batches_of_step(number)
        self._backward(loss / together if together > 1 else loss)
        if self.ends_step(number):
            for change in self._descent:
                change()
        return compared, losses

    def ends_step(self, number: int) -> bool:
        """Whether a batch, counted from 0 in its epoch, is the last one of its step."""
        return bool(self._ends_step(number))

    def is_within_step(self, batches: int) -> bool:
        """Whether a step is under way after so many batches of an epoch: then its gradients are a part of the run."""
        return batches > 0 and not self.ends_step(batches - 1)

    def forward(self, batch: Batch) -> tuple[list[Compared], list[Tensor]]:
        """What is compared at each Output, and the loss of that."""
        return compared_with_losses(as_results(self.model(*batch.arguments)), batch, self.objectives)
