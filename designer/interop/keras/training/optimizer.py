"""The optimizer that a model was compiled with, as training settings."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from designer.core.graph.training_settings import TrainingSettings
from designer.interop.keras.file.graph import Layer
from designer.interop.keras.layer.defaults import shown
from designer.interop.keras.layer.settings import LayerSettings
from designer.interop.report import What

Tell = Callable[[What, str], None]

_NAMES = {
    "adam": "Adam",
    "adamw": "AdamW",
    "nadam": "Nadam",
    "sgd": "SGD",
    "rmsprop": "RMSprop",
    "adagrad": "Adagrad",
}
_MOMENTS = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
_USUAL: dict[str, dict[str, float]] = {
    "adam": {"learning_rate": 1e-3, **_MOMENTS},
    "adamw": {"learning_rate": 1e-3, "weight_decay": 0.004, **_MOMENTS},
    "nadam": {"learning_rate": 1e-3, **_MOMENTS},
    "sgd": {"learning_rate": 1e-2, "momentum": 0.0},
    "rmsprop": {"learning_rate": 1e-3, "momentum": 0.0, "rho": 0.9},
    "adagrad": {"learning_rate": 1e-3, "initial_accumulator_value": 0.1},
}
"""What Keras takes where the file does not say."""
_CLIPPING = {"global_clipnorm": "clip_norm", "clipvalue": "clip_value"}
_FIELDS = {"momentum": "momentum", "beta_1": "beta1", "beta_2": "beta2", "epsilon": "eps"}
"""The settings of what is taken over as it is. RMSprop and Adagrad add Keras's epsilon elsewhere than torch's."""
_FIXED = {"rho": ("RMSprop", 0.99), "initial_accumulator_value": ("Adagrad", 0.0)}
"""What torch's own numbers are taken for; of RMSprop torch calls it alpha."""
_DECOUPLED = ("adam", "adamw")
"""Those of which torch has one whose decay acts on the parameters themselves."""


def training_of(given: Any, tell: Tell) -> TrainingSettings:
    """The optimizer with its rate, momentum, betas and weight decay; `tell` hears of all else that is not usual."""
    if isinstance(given, str):
        given = {"class_name": given}
    if not isinstance(given, dict):
        return TrainingSettings()
    name, config = str(given.get("class_name", "")).rsplit(">", 1)[-1], given.get("config")
    config = config if isinstance(config, dict) else {}
    if name == "LossScaleOptimizer" and isinstance(config.get("inner_optimizer"), dict):
        tell("dropped", "its LossScaleOptimizer: here losses are scaled where the setting precision is float16")
        return training_of(config["inner_optimizer"], tell)
    return _Optimizer(name.lower(), config, tell).settings()


class _Optimizer:
    """One optimizer of Keras."""

    def __init__(self, name: str, config: dict[str, Any], tell: Tell) -> None:
        self._tell, self._name = tell, name
        if name not in _NAMES:
            tell("changed", f"the optimizer {name[:40]!r} is not here: Adam is taken")
            self._name = "adam"
        self._config = LayerSettings(Layer("", _NAMES.get(name, ""), config))
        self._config.ignore("lr" if "learning_rate" in config else "", "is_legacy_optimizer", "jit_compile")
        if not config.get("use_ema"):
            self._config.ignore("ema_momentum", "ema_overwrite_frequency")

    def settings(self) -> TrainingSettings:
        found: dict[str, Any] = {"optimizer": self._name, "learning_rate": self._learning_rate()}
        usual = _USUAL[self._name]
        found |= {setting: self._number(field) for field, setting in _FIELDS.items() if field in usual}
        if self._name == "sgd":
            found["nesterov"] = bool(self._config.get("nesterov", False))
        found |= {
            setting: self._number(field) for field, setting in _CLIPPING.items() if self._config.get(field) is not None
        }
        found |= self._accumulation()
        found |= self._weight_decay(found.get("momentum", 0.0))
        for field, (name, taken) in _FIXED.items():
            if field in usual and (given := self._number(field)) != taken:
                self._tell("changed", f"the optimizer's {field} was {given:g}: torch's {name} has {taken:g}")
        for field, value in self._config.unread():
            self._tell("dropped", f"the optimizer's {field} ({shown(value)}) has no counterpart")
        return TrainingSettings.model_validate(found)

    def _learning_rate(self) -> float:
        given = self._config.get("learning_rate", self._config.get("lr"))
        if not isinstance(given, dict):
            return self._number("learning_rate", given)
        inner = given.get("config")
        inner = inner if isinstance(inner, dict) else {}
        first = inner.get("initial_learning_rate", inner.get("max_learning_rate"))
        values = inner.get("values")
        if first is None and isinstance(values, list) and values:
            first = values[0]
        rate = self._number("learning_rate", first)
        self._tell("dropped", f"the learning_rate follows a schedule ({shown(given)}): it is one number here, {rate:g}")
        return rate

    def _accumulation(self) -> dict[str, Any]:
        steps = self._config.get("gradient_accumulation_steps")
        if isinstance(steps, bool) or not isinstance(steps, int):
            return {}
        what = "the optimizer's gradient_accumulation_steps"
        return {"accumulation": int(within(TrainingSettings, "accumulation", steps, what, self._tell))}

    def _weight_decay(self, momentum: float) -> dict[str, Any]:
        """Keras's takes learning rate × decay × parameter off, apart from the gradient, as torch's AdamW does."""
        decay = self._number("weight_decay")
        if not decay:
            return {}
        if self._name == "adam":
            return {"optimizer": "adamw", "weight_decay": decay}
        if self._name not in ("sgd", *_DECOUPLED) or (self._name == "sgd" and momentum):
            why = "acted on the parameters themselves: here it is added to the gradient"
            self._tell("changed", f"the optimizer's weight_decay {why}")
        return {"weight_decay": decay}

    def _number(self, field: str, given: Any = None) -> float:
        """A number of a field within what is possible here, as the person wrote it: Keras keeps float32."""
        usual = _USUAL[self._name].get(field, 0.0)
        given = self._config.get(field) if given is None else given
        if given is None:
            return usual
        if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
            self._tell("changed", f"the optimizer's {field} is no number ({shown(given)}): {usual:g} is taken")
            return usual
        value = float(f"{float(given):.6g}")
        return within(
            TrainingSettings, {**_FIELDS, **_CLIPPING}.get(field, field), value, f"the optimizer's {field}", self._tell
        )


def within(model: type[BaseModel], field: str, value: float, what: str, tell: Tell) -> float:
    """The number as near as a field allows; it is told where that is another one."""
    if field not in model.model_fields:
        return value
    rules = model.model_fields[field].metadata
    low = max((float(rule.ge) for rule in rules if hasattr(rule, "ge")), default=-math.inf)
    high = min((float(rule.le) for rule in rules if hasattr(rule, "le")), default=math.inf)
    nearest = min(max(value, low), high)
    if nearest != value:
        tell("changed", f"{what} was {value:g}, where {low:g} to {high:g} are possible here: {nearest:g} is taken")
    return nearest
