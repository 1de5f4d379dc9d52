"""Which weights a run ends with, and whether it ends before its last epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from torch import Tensor

from designer.core.graph.training_settings import TrainingSettings
from designer.engine.model.environment import Environment
from designer.engine.runs.checkpoint import Checkpoint, Progress, checkpoint_of
from designer.engine.training.learner import Learner
from designer.engine.training.recipe_calls import filled
from designer.recipe import choices


class Outcome:
    """Follows the losses of epochs; keeps the weights of the best one where a run is to end with these."""

    def __init__(self, learner: Learner) -> None:
        self._learner = learner
        self._best: dict[str, Tensor] = {}

    def take_up(self, kept: Checkpoint) -> None:
        """What a checkpoint has of it."""
        self._best = kept.part("best.") or (kept.part("model.") if kept.position.has_best else {})

    def judge(self, settings: TrainingSettings, position: Progress, metrics: Mapping[str, float]) -> None:
        """The figures of the epoch that has just ended: the loss of validation, or of training where none is."""
        position.plateau = self._learner.schedule.after_epoch(position.plateau, metrics)
        loss, least_so_far = metrics.get("val_loss", metrics["train_loss"]), filled(choices.LEAST_SO_FAR, settings)
        position.least = least_so_far(*position.least, loss, position.epoch)
        if settings.keep_best and position.least[1] == position.epoch:
            weights = self._learner.measured.state_dict()
            self._best = {name: value.detach().clone() for name, value in weights.items()}

    @staticmethod
    def is_over(settings: TrainingSettings, position: Progress) -> bool:
        """Whether no further epoch is to begin."""
        done = position.epoch - 1
        waited = bool(settings.early_stopping) and bool(filled(choices.HAS_WAITED, settings)(done, position.least[1]))
        return done >= settings.epochs or (done > 0 and waited)

    def choose(self, settings: TrainingSettings, position: Progress) -> Iterator[str]:
        """Decides for the best weights where they are wanted; says what is not as the settings would have it."""
        done, (loss, best) = position.epoch - 1, position.least
        if 0 < done < settings.epochs and self.is_over(settings, position):
            yield f"Training has stopped after epoch {done}, as none has had a smaller loss since epoch {best}."
        position.has_best = settings.keep_best and bool(self._best)
        if position.has_best:
            yield f"The weights are those of epoch {best}, whose loss of {loss:.4g} was the smallest."

    def content(self, position: Progress, environment: Environment) -> bytes:
        """A checkpoint of now; once the best weights were chosen, they stand in the place of those that are evaluated.

        `raw.` and `mean.` are what is learned on, where they are others, and `best.` what may be chosen yet.
        """
        learner, is_chosen = self._learner, position.has_best
        beside = learner.beside(position.batch)
        if is_chosen:
            beside |= {f"raw.{name}": value for name, value in learner.model.state_dict().items()}
            if learner.mean is not None:
                beside |= {f"mean.{name}": value for name, value in learner.mean.state_dict().items()}
        else:
            beside |= {f"best.{name}": value for name, value in self._best.items()}
        weights = self._best if is_chosen else learner.measured.state_dict()
        return checkpoint_of(weights, learner.model, learner.optimizer, position, environment, beside)

    def end(self, position: Progress) -> None:
        """The model has the weights that the run ends with."""
        self._learner.end(self._best if position.has_best else None)
