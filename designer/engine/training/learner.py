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
        self._descend = filled(choices.DESCEND, settings)
        self.schedule = Schedule(settings, self._epoch_steps)

    def step(self, batch: Batch, rate: float) -> tuple[list[Compared], list[Tensor]]:
        """One step down the gradient; what was compared at each Output before it, and the loss of that."""
        if not self.schedule.is_constant:
            set_rate(self.optimizer, rate)
        self.optimizer.zero_grad(set_to_none=True)
        compared, losses = self.forward(batch)
        loss = minimised(losses, self.objectives)
        self._descend(loss + self._penalty(self.model) if self._penalty else loss, self.optimizer)
        return compared, losses

    def forward(self, batch: Batch) -> tuple[list[Compared], list[Tensor]]:
        """What is compared at each Output, and the loss of that."""
        return compared_with_losses(as_results(self.model(*batch.arguments)), batch, self.objectives)
