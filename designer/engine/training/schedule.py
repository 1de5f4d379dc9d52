"""The learning rate of each step of a run. Imports no torch: the window draws it before there is a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from designer.core.graph.training_settings import TrainingSettings
from designer.engine.training.recipe_calls import filled
from designer.recipe import choices
from designer.recipe.schedules import AT_FIRST, Plateau


class Schedule:
    """What the settings say of the rate, with so many steps in an epoch."""

    def __init__(self, settings: TrainingSettings, epoch_steps: int) -> None:
        self.is_constant = not choices.schedule_functions(settings)
        self._usual = settings.learning_rate
        self._steps, self._epoch_steps = settings.epochs * epoch_steps, epoch_steps
        function = choices.rate_of(settings)
        self._rate = filled(function, settings) if function else None
        self._takes = function.parameters.keys() if function else ()
        self._warm = 0
        if choices.warms_up(settings):
            self._warm = filled(choices.WARMUP_STEPS, settings)(self._steps)
            self._warmed_up = filled(choices.WARMED_UP, settings)
        self._after_epoch: Callable[..., Plateau] | None = None
        if choices.follows_losses(settings):
            self._after_epoch = filled(choices.AFTER_EPOCH, settings)

    def rate(self, step: int, plateau: Plateau = AT_FIRST) -> float:
        """The rate of a step, counted from 0 over the whole training."""
        given = {
            "step": max(step - self._warm, 0),
            "steps": max(self._steps - self._warm, 1),
            "epoch_steps": self._epoch_steps,
            "scale": plateau[2],
        }
        rate = self._rate(**{name: given[name] for name in given if name in self._takes}) if self._rate else self._usual
        return self._warmed_up(rate, step, self._warm) if self._warm else rate

    def after_epoch(self, plateau: Plateau, metrics: Mapping[str, float]) -> Plateau:
        """What the figures of an epoch make of it: the loss of validation, or of training where none is."""
        if self._after_epoch is None:
            return plateau
        return self._after_epoch(*plateau, metrics.get("val_loss", metrics["train_loss"]))
