"""What all layers can have that has no counterpart: told to the person, whatever the class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from designer.interop.keras.file.graph import Layer, LayerCall, layer_of
from designer.interop.keras.layer.training_only import AT_RANDOM
from designer.interop.report import ImportNote

_MOST_CHARACTERS = 40
_HELD = ("layer", "backward_layer", "cell")
"""Fields with a layer that another one holds."""


_LEARN_FROM_BATCHES = ("BatchNormalization", "SyncBatchNormalization")


def notes_on(layer: Layer, call: LayerCall, label: str, keras: int) -> list[ImportNote]:
    """Notes on regularizers, constraints, number formats, and calls that say whether it trains."""
    of_training = _told_of_training(layer, call.kwargs.get("training"), keras)
    return [*_told(label, layer.config), *(ImportNote(label, "changed", why) for why in of_training)]


def _told_of_training(layer: Layer, training: Any, keras: int) -> Iterator[str]:
    """What a call with `training` meant. Keras 3 writes the false that its layers at random have by themselves."""
    if not isinstance(training, bool | int) or (not training and keras > 2 and not _learns_from_batches(layer)):
        return
    if not _differs_in_training(layer):
        return
    if training:
        yield "it was called with training=True, which holds in prediction too: here it acts so in training alone"
    else:
        yield "it was called with training=False, which holds in training too: here it acts there as usual"


def _differs_in_training(layer: Layer) -> bool:
    if layer.inner is not None:
        return any(map(_differs_in_training, layer.inner.layers.values()))
    inner = [layer_of(layer.config[name]) for name in _HELD if isinstance(layer.config.get(name), dict)]
    drops = any(layer.config.get(name) for name in ("dropout", "recurrent_dropout"))
    return drops or layer.class_name in AT_RANDOM.union(_LEARN_FROM_BATCHES) or any(map(_differs_in_training, inner))


def _learns_from_batches(layer: Layer) -> bool:
    """Whether a false was written by a person: of a nested model, or a layer that has no value by itself."""
    return layer.inner is not None or layer.class_name in _LEARN_FROM_BATCHES


def _told(label: str, config: Mapping[str, Any]) -> Iterator[ImportNote]:
    for name, value in config.items():
        if value and name.endswith("_regularizer"):
            why = f"{name} ({_class_of(value)}): weight decay, L1 and L2 are in the training settings"
            yield ImportNote(label, "dropped", why, begins_with_name=True)
        if value and name.endswith("_constraint"):
            why = f"{name} ({_class_of(value)}): weights are not constrained here"
            yield ImportNote(label, "dropped", why, begins_with_name=True)
    policy = _policy(config.get("dtype"))
    if policy not in ("", "float32") and not policy.startswith("int"):
        why = f"it computed in {policy[:_MOST_CHARACTERS]}: here in float32, unless the setting precision is another"
        yield ImportNote(label, "changed", why)
    for name in _HELD:
        inner = config.get(name)
        if isinstance(inner, dict) and isinstance(inner.get("config"), dict) and "layers" not in inner["config"]:
            yield from _told(label, inner["config"])


def is_frozen(config: Mapping[str, Any]) -> bool:
    """Whether a layer, or one that it holds, was not to learn."""
    if config.get("trainable") is False:
        return True
    held = [config[name] for name in _HELD if isinstance(config.get(name), dict)]
    return any(isinstance(item.get("config"), dict) and is_frozen(item["config"]) for item in held)


def _class_of(value: Any) -> str:
    name = value.get("class_name", value) if isinstance(value, dict) else value
    return str(name)[:_MOST_CHARACTERS]


def _policy(dtype: Any) -> str:
    """float32, mixed_float16: as a word, or within the object that Keras 3 writes."""
    if isinstance(dtype, dict):
        config = dtype.get("config")
        dtype = config.get("name") if isinstance(config, dict) else None
    return dtype if isinstance(dtype, str) else ""
