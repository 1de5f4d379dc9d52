"""What a model was compiled with: optimizer, losses and their weights, as our settings and Outputs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from designer.blocks.output import Output
from designer.core.graph.settings import TrainingSettings
from designer.core.schema.shape import Shape
from designer.interop.keras.building.builder import Builder
from designer.interop.keras.file.graph import Layer
from designer.interop.keras.layer.defaults import shown
from designer.interop.keras.layer.settings import LayerSettings
from designer.interop.keras.training.optimizer import training_of, within
from designer.interop.report import ImportNote

_SAME = {"mse": "mse", "meansquarederror": "mse", "mae": "mae", "meanabsoluteerror": "mae"}
_OF_CLASSES = ("categoricalcrossentropy", "sparsecategoricalcrossentropy")
_NEARLY_OF_CLASSES = ("categoricalfocalcrossentropy", "categoricalgeneralizedcrossentropy")
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
        params: dict[str, Any] = {"task": "autoencoder"}
        if shape.is_features:
            params = {"task": "classification" if classes else "regression"}
        elif shape.is_sequence:
            params = {"task": "sequence_to_sequence", "loss": "cross_entropy" if classes else "mse"}
        params |= self._named_loss(loss.name, params["task"], classes)
        params["weight"] = self._weight(name, number)
        try:
            made = Output.model_validate(params)
        except ValidationError:
            made = Output.model_validate({"task": params["task"]})
        if made.criterion == "cross_entropy" and made.weight:
            self._smoothing.add(self._smoothing_of(loss))
        self._tell_of(loss, classes, softmax)
        return made

    def _smoothing_of(self, loss: _Loss) -> float:
        """The share of each class that is spread over all: the same for Keras as for torch."""
        share = loss.settings.get("label_smoothing", 0.0)
        if isinstance(share, bool) or not isinstance(share, int | float) or not math.isfinite(share):
            self._tell("changed", f"the loss's label_smoothing is no number ({shown(share)}): 0 is taken")
            return 0.0
        return within(TrainingSettings, "label_smoothing", float(share), "the loss's label_smoothing", self._tell)

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

    def _named_loss(self, loss: str, task: str, classes: bool) -> dict[str, str]:
        """The field for a loss; what is not here is told."""
        if loss in _NEARLY_OF_CLASSES:
            self._tell("changed", f"the loss {loss!r} is not here: the cross-entropy is taken")
        if classes or not loss:
            return {}
        if loss in _SAME:
            return {"loss": _SAME[loss]}
        if loss == "binarycrossentropy" and task == "autoencoder":
            return {"loss": "bce"}
        self._tell("changed", f"the loss {loss[:40]!r} has no counterpart for this task: the squared error is taken")
        return {}

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
        self.is_of_classes = self.name in (*_OF_CLASSES, *_NEARLY_OF_CLASSES)


def _of_output(value: Any, name: str, number: int) -> Any:
    """What is said of one output: by its layer's name, by its number, or for all."""
    if isinstance(value, dict) and "class_name" not in value:
        return value.get(name)
    if isinstance(value, list):
        return value[number] if number < len(value) else None
    return value
