"""The models that there are: the one to look into, the one trained last, and the one with weights from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import torch

from designer.core.edits.learning import same_but_learning
from designer.core.graph.binding import DataInfo
from designer.core.graph.data_settings import NO_DATA
from designer.core.graph.design import Design
from designer.core.inference.infer import infer
from designer.core.schema.limits import first_line
from designer.core.validation import check
from designer.data import opening
from designer.data.samples import Dataset
from designer.engine.inspection.probe import Looked
from designer.engine.model.build import Model, build
from designer.engine.model.devices import TrainingError, check_memory
from designer.engine.protocol.events import Weights
from designer.engine.runs.imported_weights import Arrays, kept_arrays, with_arrays
from designer.engine.runs.trained_weights import TrainedWeights
from designer.engine.training.trainer import Trainer

_BROKEN = "Mend the network first: it has no values yet."
_NO_DATA = "Choose data first: there is no sample to look at it with."


@dataclass(frozen=True)
class Shown:
    """A model that can be looked into, what it was built from, and the run that it was trained in."""

    design: Design
    model: Model
    weights: Weights = "untrained"
    step: int = 0
    run: str = ""
    is_past: bool = False
    """Whether it has learned more since: what leaves the program has all that was learned."""

    def looked_at(self, dataset: Dataset) -> Looked:
        """The same, with samples of its data to look at it with."""
        design = self.design
        return Looked(
            self.model,
            design.network,
            dataset,
            self.weights,
            self.step,
            design.training,
            self.run,
            design.data.identity,
        )

    def fits(self, design: Design) -> bool:
        """Whether this is the model of that design, too."""
        return self.is_of(design) and self.design.data == design.data

    def is_of(self, design: Design) -> bool:
        """Whether it has that design's network, whatever the data, and whatever of it is frozen."""
        return same_but_learning(self.design.network, design.network)


class Models:
    """Knows which model has which weights. On the engine's thread alone."""

    def __init__(self) -> None:
        self.shown: Shown | None = None
        """The one to look into."""
        self.reason = ""
        """Why there is none to look into."""
        self.arrays: Arrays | None = None
        """Weights from elsewhere, by their names."""
        self._trained: Shown | None = None
        self._is_others = False
        """Whether what was trained last belongs to a file that is no longer open."""
        self._adopted: Shown | None = None

    def take(self, session: Trainer, weights: Weights) -> None:
        """The model of a run is the one to look into, as soon as there is one."""
        if isinstance(session.model, Model):
            step = session.position.step
            self.shown = Shown(session.design, session.model, weights if step else "untrained", step, session.id)

    def take_trained(self, session: Trainer) -> None:
        """The same once the run has ended: if it learned anything, it is the one that was trained last."""
        self.take(session, "trained")
        if self.shown and self.shown.step:
            self._trained, self._is_others = self.shown, False

    def take_kept(self, design: Design, found: TrainedWeights, run: str, is_last: bool) -> Shown:
        """A run's weights are those to look into; its last ones are those that were trained last, too.

        Raises TrainingError where they do not fit.
        """
        self.shown = learned(design, found, run, is_past=not is_last)
        if is_last and self.shown.step:
            self._trained, self._is_others = self.shown, False
        return self.shown

    def adopt(self, design: Design, source: Arrays | Path) -> bool:
        """Takes weights from elsewhere, in place of those that were; whether the design's network has them now.

        Raises TrainingError where they cannot be read.
        """
        self._adopted = None
        if self.shown and self.shown.weights == "imported":
            self.shown = None
        self.arrays = kept_arrays(source) if isinstance(source, Path) else source
        if not self.adopted_for(design):
            return False
        self.shown = self._adopted if self._fitting_data(design) else None
        return True

    def adopted_for(self, design: Design) -> Shown | None:
        """The model with the weights from elsewhere, where this network is valid and they are all that it has."""
        if self._adopted and self._adopted.is_of(design):
            return self._adopted
        if not self.arrays or infer(design.network).problems:
            return None
        try:
            model = with_arrays(build(design.network), self.arrays)
        except (TrainingError, RuntimeError):  # it was changed: the weights are another network's
            return None
        self._adopted = Shown(design, model, "imported")
        return self._adopted

    def with_weights_for(self, design: Design) -> Shown | None:
        """The model of this network that is being trained, was trained or has weights from elsewhere."""
        for known in (self.shown, self._trained):
            if known and known.is_of(design) and not known.is_past and known.weights not in ("untrained", "partly"):
                return known
        return self.adopted_for(design)

    def show(self, design: Design, is_another: bool) -> bool:
        """Builds the design's model, unless it is the one shown or the one trained last (as after an undo).

        Whether there is one; else `reason` says why not.
        """
        self._is_others = self._is_others or is_another
        for known in (self.shown, self._trained):
            if known and known.fits(design):
                self.shown = replace(known, design=design)
                return True
        before = None if is_another else self.shown
        before, self.shown = before or (None if self._is_others else self._trained), None
        if not (before and before.is_of(design)):
            before = self.adopted_for(design) or before
        data = self._fitting_data(design)
        model = self._built(design, data) if data else None
        if model is None:
            return False
        self.shown = _kept(before, design, model) if before else Shown(design, model)
        return True

    def _built(self, design: Design, data: DataInfo) -> Model | None:
        inference = infer(design.network)
        try:
            check_memory(design, inference, data, torch.device("cpu"))
            return build(design.network, inference, design.training.seed)
        except Exception as error:  # a custom kind's modules may raise anything
            self.reason = f"It cannot be shown: {error}."
            return None

    def _fitting_data(self, design: Design) -> DataInfo | None:
        """The data of a design without problems, with which its numbers would not be what they are called."""
        data = opening.info(design.data)
        if design.data.source == NO_DATA:
            self.reason = _NO_DATA
            return None
        if data is None or check.problems_of_use(design, infer(design.network), data):
            self.reason = _BROKEN
            return None
        return data


def learned(design: Design, found: TrainedWeights, run: str, is_past: bool = False) -> Shown:
    """A design's network with the weights of a run. Raises TrainingError where they do not fit."""
    model = build(design.network, seed=design.training.seed)
    try:
        model.load_state_dict(found.weights)
    except RuntimeError as error:
        raise TrainingError(first_line(error), "Take them into the network that was trained") from None
    weights: Weights = "trained" if found.position.step else "untrained"
    return Shown(design, model, weights, found.position.step, run, is_past)


def _kept(before: Shown, design: Design, model: Model) -> Shown:
    """A new model with what it can keep of the weights before an edit, and whose they are then."""
    kept = _take_over(model, before.model)
    learned = before.weights != "untrained"
    if kept == len(model.state_dict()):
        is_other = learned and before.weights not in ("imported", "partly")
        return replace(before, design=design, model=model, weights="earlier" if is_other else before.weights)
    return Shown(design, model, "partly" if learned and kept else "untrained")


def _take_over(model: Model, before: Model) -> int:
    """Copies the weights that fit in name and shape; how many there are."""
    old = before.state_dict()
    fitting = {
        name: old[name] for name, value in model.state_dict().items() if name in old and old[name].shape == value.shape
    }
    model.load_state_dict(fitting, strict=False)
    return len(fitting)
