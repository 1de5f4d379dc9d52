"""What a model was compiled with: optimizer, losses and their weights, as our settings and Outputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from designer.blocks.output import Output
from designer.core.settings import TrainingSettings
from designer.core.shape import Shape
from designer.interop.keras.making import Making
from designer.interop.report import Note

_OPTIMIZERS = ("adam", "adamw", "sgd", "rmsprop")
_SAME = {"mse": "mse", "meansquarederror": "mse", "mae": "mae", "meanabsoluteerror": "mae"}
_LIMITS = ("clipnorm", "clipvalue", "global_clipnorm", "use_ema", "amsgrad", "nesterov", "centered")
"""Options of optimizers that ours do not have."""


class Compiled:
    """The part of a file that `model.compile` has made; there may be none."""

    def __init__(self, making: Making, config: Mapping[str, Any]) -> None:
        found = config.get("compile_config") or config.get("training_config")
        self._making = making
        self._settings: Mapping[str, Any] = found if isinstance(found, dict) else {}
        if self._settings.get("metrics") or self._settings.get("weighted_metrics"):
            self._tell("dropped", "its metrics: the loss and, for classes, the accuracy are shown here")

    def _tell(self, what: Any, why: str) -> None:
        self._making.notes.append(Note("", what, why))

    def output(self, shape: Shape, name: str, number: int, softmax: bool) -> Output:
        """The Output for what a layer gives; without a loss, a softmax says that it gives classes."""
        loss = _loss_name(_of_output(self._settings.get("loss"), name, number))
        classes = ("crossentropy" in loss and "binary" not in loss) or (not loss and softmax)
        params: dict[str, Any] = {"task": "autoencoder"}
        if shape.is_features:
            params = {"task": "classification" if classes else "regression"}
        elif shape.is_sequence:
            params = {"task": "sequence_to_sequence", "loss": "cross_entropy" if classes else "mse"}
        params |= self._named_loss(loss, params["task"], classes)
        weight = _of_output(self._settings.get("loss_weights"), name, number)
        if isinstance(weight, int | float) and not isinstance(weight, bool):
            params["weight"] = float(weight)
        try:
            return Output.model_validate(params)
        except ValidationError:
            return Output.model_validate({"task": params["task"]})

    def _named_loss(self, loss: str, task: str, classes: bool) -> dict[str, str]:
        """The field for a loss; what is not here is told."""
        if classes or not loss:
            return {}
        if loss in _SAME:
            return {"loss": _SAME[loss]}
        if loss == "binarycrossentropy" and task == "autoencoder":
            return {"loss": "bce"}
        self._tell("changed", f"the loss {loss[:40]!r} has no counterpart for this task: the squared error is taken")
        return {}

    def training(self) -> TrainingSettings:
        """The optimizer with its learning rate, momentum and weight decay."""
        given = self._settings.get("optimizer", self._settings.get("optimizer_config"))
        if isinstance(given, str):
            given = {"class_name": given}
        if not isinstance(given, dict):
            return TrainingSettings()
        name = str(given.get("class_name", "")).rsplit(">", 1)[-1].lower()
        config = given.get("config")
        if name not in _OPTIMIZERS:
            self._tell("changed", f"the optimizer {name[:40]!r} is not here: Adam is taken")
            name = "adam"
        settings = TrainingSettings.model_validate({"optimizer": name})
        return self._with_numbers(settings, config) if isinstance(config, dict) else settings

    def _with_numbers(self, settings: TrainingSettings, config: Mapping[str, Any]) -> TrainingSettings:
        for field in ("learning_rate", "momentum", "weight_decay"):
            value = config.get(field)
            if isinstance(value, dict):
                self._tell("dropped", f"the {field} follows a schedule: it is one number here")
            elif isinstance(value, int | float) and not isinstance(value, bool):
                # Keras keeps float32, 0.0010000000474974513: as the person wrote it.
                settings = _changed(settings, field, float(f"{value:.6g}"))
        for option in _LIMITS:
            if config.get(option):
                self._tell("dropped", f"the optimizer's {option}")
        return settings


def _of_output(value: Any, name: str, number: int) -> Any:
    """What is said of one output: by its layer's name, by its number, or for all."""
    if isinstance(value, dict) and "class_name" not in value:
        return value.get(name)
    if isinstance(value, list):
        return value[number] if number < len(value) else None
    return value


def _loss_name(loss: Any) -> str:
    """In small letters without gaps, so that mean_squared_error is MeanSquaredError."""
    if isinstance(loss, dict):
        inner = loss.get("config")
        loss = inner if isinstance(inner, str) else loss.get("class_name")
    return loss.lower().replace("_", "") if isinstance(loss, str) else ""


def _changed(settings: TrainingSettings, field: str, value: float) -> TrainingSettings:
    try:
        return TrainingSettings.model_validate({**settings.model_dump(), field: value})
    except ValidationError:
        return settings
