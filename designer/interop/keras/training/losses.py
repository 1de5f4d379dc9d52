"""What a model was compiled with: optimizer, losses and their weights, as our settings and Outputs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from designer.blocks.output import Output, losses_of
from designer.core.graph.roles import Criterion, Task
from designer.core.graph.training_settings import TrainingSettings
from designer.core.schema.shape import Shape
from designer.interop.keras.building.builder import Builder
from designer.interop.keras.file.graph import Layer
from designer.interop.keras.layer.defaults import shown
from designer.interop.keras.layer.settings import LayerSettings
from designer.interop.keras.training.optimizer import training_of, within
from designer.interop.report import ImportNote

_SAME: dict[str, Criterion] = {
    "mse": "mse",
    "meansquarederror": "mse",
    "mae": "mae",
    "meanabsoluteerror": "mae",
    "huber": "huber",
    "huberloss": "huber",
    "poisson": "poisson",
    "cosinesimilarity": "cosine",
}
_FOCAL = "categoricalfocalcrossentropy"
_ALPHA = 0.25
"""By which Keras multiplies a focal loss by itself."""
_OF_CLASSES = ("categoricalcrossentropy", "sparsecategoricalcrossentropy")
_NEARLY_OF_CLASSES = ("categoricalgeneralizedcrossentropy",)
"""Losses of classes for which the cross-entropy is taken."""
_TELL_NOTHING = ("run_eagerly", "steps_per_execution", "jit_compile", "auto_scale_loss", "from_serialized")
"""Of compiling: how it is computed, not what."""


class Compiled:
    """The part of a file that `model.compile` has made; there may be none."""

    def __init__(self, builder: Builder, config: Mapping[str, Any]) -> None:
        found = config.get("compile_config") or config.get("training_config")
        self._builder = builder
        self._settings = LayerSettings(Layer("", "compile", found if isinstance(found, dict) else {}))
        self._settings.ignore(*_TELL_NOTHING)
        if self._settings.get("metrics") or self._settings.get("weighted_metrics"):
            self._tell("dropped", "its metrics: the loss and, for classes, the accuracy are shown here")
        self._smoothing: set[float] = set()
        """Of the outputs that are learned with a cross-entropy."""

    def _tell(self, what: Any, why: str) -> None:
        self._builder.notes.append(ImportNote("", what, why))

    def output(self, shape: Shape, name: str, number: int, softmax: bool) -> Output:
        """The Output for what a layer gives; without a loss, a softmax says that it gives classes."""
        loss = _Loss(_of_output(self._settings.get("loss"), name, number))
        classes = loss.is_of_classes or (not loss.name and softmax)
        task: Task = "autoencoder"
        if shape.is_features:
            task = "classification" if classes else "regression"
        elif shape.is_sequence:
            task = "sequence_to_sequence"
        params: dict[str, Any] = {"task": task, "weight": self._weight(name, number)}
        if shape.is_sequence:
            params["loss"] = "cross_entropy" if classes else "mse"
        params |= self._focal(loss, params["weight"]) if loss.name == _FOCAL else self._named_loss(loss, task, classes)
        if params.get("loss") == "cosine" and not (shape.is_features or shape.is_sequence):
            self._tell("changed", "the loss's cosine was along one axis: here it is of all numbers of a sample")
        try:
            made = Output.model_validate(params)
        except ValidationError:
            made = Output.model_validate({"task": task})
        if made.criterion == "cross_entropy" and made.weight:
            self._smoothing.add(self._smoothing_of(loss))
        self._tell_of(loss, classes, softmax)
        return made

    def _smoothing_of(self, loss: _Loss) -> float:
        """The share of each class that is spread over all: the same for Keras as for torch."""
        return self._number(loss, "label_smoothing", 0.0, TrainingSettings)

    def _number(self, loss: _Loss, field: str, usual: float, model: type[BaseModel] = Output) -> float:
        """A number of a loss's configuration, within what the field of that name may have here."""
        given = loss.settings.get(field, usual)
        if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
            self._tell("changed", f"the loss's {field} is no number ({shown(given)}): {usual:g} is taken")
            return usual
        return within(model, field, float(given), f"the loss's {field}", self._tell)

    def _focal(self, loss: _Loss, weight: float) -> dict[str, Any]:
        """The focal loss of classes; its alpha, where it is one number, is a factor of the whole loss."""
        alpha = self._number(loss, "alpha", _ALPHA)
        weight = within(Output, "weight", weight * alpha, "the weight of a focal loss times its alpha", self._tell)
        return {"loss": "focal", "gamma": self._number(loss, "gamma", 2.0), "weight": weight}

    def _weight(self, name: str, number: int) -> float:
        """The factor of one loss; 0 for an output that had no loss, where others have one."""
        losses = self._settings.get("loss")
        if isinstance(losses, dict | list) and losses and _of_output(losses, name, number) is None:
            self._tell("changed", f"the output {name[:40]!r} had no loss, and was not learned: its weight is 0 here")
            return 0.0
        weight = _of_output(self._settings.get("loss_weights"), name, number)
        if weight is None:
            return 1.0
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not math.isfinite(weight):
            self._tell("changed", f"one of the loss_weights is no number ({shown(weight)}): 1 is taken")
            return 1.0
        return within(Output, "weight", float(weight), f"the loss_weights' {name[:40]!r}", self._tell)

    def _named_loss(self, loss: _Loss, task: Task, classes: bool) -> dict[str, Any]:
        """The fields for a loss; what is not here is told."""
        name = loss.name
        if name in _NEARLY_OF_CLASSES:
            self._tell("changed", f"the loss {name!r} is not here: the cross-entropy is taken")
        if classes or not name:
            return {}
        if (same := _SAME.get(name)) in losses_of(task):
            return {"loss": same, **self._options(loss, same)}
        if name == "binarycrossentropy" and task == "autoencoder":
            return {"loss": "bce"}
        self._tell("changed", f"the loss {name[:40]!r} has no counterpart for this task: the squared error is taken")
        return {}

    def _options(self, loss: _Loss, same: str | None) -> dict[str, Any]:
        """What the loss has beside its name. Keras has the cosine along the last axis, and no logarithms of counts."""
        if same == "huber":
            return {"delta": self._number(loss, "delta", 1.0)}
        if same == "cosine" and loss.settings.get("axis", -1) != -1:
            self._tell("changed", "the loss's axis was another one than that of the features, which is taken")
        return {"log_input": False} if same == "poisson" else {}

    def _tell_of(self, loss: _Loss, classes: bool, softmax: bool) -> None:
        """Options of a loss, and numbers that it took for something else."""
        logits = loss.settings.get("from_logits")
        if classes and loss.name and bool(logits) == softmax:
            took = "logits (from_logits)" if logits else "shares that sum up to 1 (from_logits is false)"
            here = "the softmax at the end is not applied twice" if softmax else "logits"
            self._tell("changed", f"the loss took what is no such thing for {took}: here {here}")
        for field, value in loss.settings.unread():
            if (field, value) != ("reduction", "auto"):
                self._tell("dropped", f"the loss's {field} ({shown(value)}) has no counterpart")

    def training(self) -> TrainingSettings:
        """The settings of the optimizer and of the outputs' losses. Tells of what `compile` was given besides."""
        given = self._settings.get("optimizer") or self._settings.get("optimizer_config")
        found = training_of(given, self._tell)
        for field, value in self._settings.unread():
            self._tell("dropped", f"it was compiled with {field}={shown(value)}, which has no counterpart")
        if len(self._smoothing) > 1:
            shares = ", ".join(f"{share:g}" for share in sorted(self._smoothing))
            why = f"the losses' label_smoothing differs ({shares}): all outputs have one here, and it is 0"
            self._tell("changed", why)
            return found
        (share,) = self._smoothing or {0.0}
        return found.model_copy(update={"label_smoothing": share})


class _Loss:
    """A loss: its name in small letters without gaps, so that mean_squared_error is MeanSquaredError, and its options.

    There may be none, with an empty name.
    """

    def __init__(self, spec: Any) -> None:
        config: Any = {}
        if isinstance(spec, dict):
            config = spec.get("config")
            spec = config if isinstance(config, str) else spec.get("class_name")
        self.name = spec.rsplit(">", 1)[-1].lower().replace("_", "") if isinstance(spec, str) else ""
        self.settings = LayerSettings(Layer("", "loss", config if isinstance(config, dict) else {}))
        self.settings.ignore("fn")
        self.is_of_classes = self.name in (*_OF_CLASSES, *_NEARLY_OF_CLASSES, _FOCAL)


def _of_output(value: Any, name: str, number: int) -> Any:
    """What is said of one output: by its layer's name, by its number, or for all."""
    if isinstance(value, dict) and "class_name" not in value:
        return value.get(name)
    if isinstance(value, list):
        return value[number] if number < len(value) else None
    return value
