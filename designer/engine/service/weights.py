"""Weights: requests that take them into a model, or write those of one."""

from __future__ import annotations

from collections.abc import Callable

from designer.core.storage.writing import reason
from designer.engine.model.devices import TrainingError
from designer.engine.protocol.events import (
    Event,
    WeightsFound,
    WeightsSaved,
    WeightsTaken,
    WeightsTold,
)
from designer.engine.protocol.requests import (
    Adopt,
    FindWeights,
    Keep,
    Request,
    SaveWeights,
    TakeWeights,
)
from designer.engine.runs.checkpoint import save_state_dict
from designer.engine.runs.imported_weights import adopt
from designer.engine.runs.run_errors import RunError
from designer.engine.runs.run_folder import Run
from designer.engine.runs.trained_weights import WeightsError, trained_weights
from designer.engine.service.answers import Answers
from designer.engine.service.models import Models


class WeightRequests:
    """Takes weights from runs and imports into the models, and gives them out. `show` shows all watchers the model."""

    def __init__(
        self, models: Models, emit: Callable[[Event], None], answers: Answers, show: Callable[[], None]
    ) -> None:
        self._models, self._emit, self._answers, self._show = models, emit, answers, show

    def take(self, request: TakeWeights) -> None:
        """Takes the weights of a run, as they were at its end or after an epoch."""
        try:
            found = trained_weights(request.folder, request.design, request.epoch)
            is_last = request.epoch is None
            shown = self._models.take_kept(request.design, found, Run(request.folder).identity(), is_last)
        except (WeightsError, TrainingError, OSError) as error:
            self._refuse(request, f"The weights cannot be taken: {error}.")
            return
        ended = found.position.epoch - 1
        self._emit(WeightsTaken(str(request.folder), shown.step, ended, is_last, run=shown.run))
        self._show()

    def adopt(self, request: Adopt) -> None:
        """Takes imported weights; they wait where the network has problems."""
        try:
            is_in = self._models.adopt(request.design, request.source)
        except TrainingError as error:
            self._refuse(request, f"The weights cannot be used: {error}.")
            return
        if is_in:
            self._emit(WeightsTold("The imported weights are in: look inside, or train on from them."))
            self._show()
        elif self._models.arrays:
            self._emit(WeightsTold("The imported weights wait until the network has no problems of its own."))

    def keep(self, request: Keep) -> None:
        """Writes imported weights beside the file of their design."""
        if not self._models.arrays:
            self._answers.refuse(request, "There are no imported weights to keep.")
            return
        try:
            adopt(request.folder, request.design, self._models.arrays)
        except (TrainingError, RunError) as error:
            self._refuse(request, f"The imported weights are not kept: {error}.")
            return
        self._emit(WeightsTold(f"The imported weights are kept in {request.folder.name}, beside the file."))

    def find(self, request: FindWeights) -> None:
        """Tells what weights there are for a design."""
        found = self._models.with_weights_for(request.design)
        self._emit(WeightsFound(str(request.path), found.weights if found else "untrained"))

    def save(self, request: SaveWeights) -> None:
        """Writes the weights of a design as a state dict."""
        found = self._models.with_weights_for(request.design)
        problem = "" if found else "There are no weights for this network."
        if found:
            try:
                save_state_dict(request.path, found.model)
            except OSError as error:
                problem = f"{request.path}: the weights cannot be written: {reason(error)}"
        self._emit(WeightsSaved(str(request.path), problem))
        if problem:
            self._answers.refuse(request, problem)

    def _refuse(self, request: Request, sentence: str) -> None:
        self._emit(WeightsTold(sentence))
        self._answers.refuse(request, sentence)
