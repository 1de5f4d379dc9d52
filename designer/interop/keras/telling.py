"""What all layers can have that has no counterpart: told to the person, whatever the class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from designer.interop.keras.graph import Layer
from designer.interop.report import Note, What

_MOST_CHARACTERS = 40


def notes_on(layer: Layer, label: str) -> list[Note]:
    """Notes on regularizers, constraints, frozen weights and number formats."""
    return [Note(label, what, why) for what, why in _told(layer.config)]


def _told(config: Mapping[str, Any]) -> Iterator[tuple[What, str]]:
    for name, value in config.items():
        if value and name.endswith("_regularizer"):
            yield "dropped", f"{name} ({_class_of(value)}): weight decay, L1 and L2 are in the training settings"
        if value and name.endswith("_constraint"):
            yield "dropped", f"{name} ({_class_of(value)}): weights are not constrained here"
    if config.get("trainable") is False:
        yield "changed", "it was frozen (trainable is false): here it learns"
    policy = _policy(config.get("dtype"))
    if policy not in ("", "float32") and not policy.startswith("int"):
        yield "changed", f"it computed in {policy[:_MOST_CHARACTERS]}: here in float32"
    for name in ("layer", "backward_layer", "cell"):
        inner = config.get(name)
        if isinstance(inner, dict) and isinstance(inner.get("config"), dict) and "layers" not in inner["config"]:
            yield from _told(inner["config"])


def _class_of(value: Any) -> str:
    name = value.get("class_name", value) if isinstance(value, dict) else value
    return str(name)[:_MOST_CHARACTERS]


def _policy(dtype: Any) -> str:
    """float32, mixed_float16: as a word, or within the object that Keras 3 writes."""
    if isinstance(dtype, dict):
        config = dtype.get("config")
        dtype = config.get("name") if isinstance(config, dict) else None
    return dtype if isinstance(dtype, str) else ""
