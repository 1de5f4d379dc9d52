"""What a file is that looks like a model of Keras 2 or 3, and is none: of Keras 1, or only what goes with a model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from designer.interop.keras.file.errors import KerasError

_FIELDS_OF_1 = frozenset(
    (
        *("nb_filter", "nb_row", "nb_col", "nb_epoch", "filter_length", "border_mode", "dim_ordering"),
        *("subsample", "subsample_length", "atrous_rate", "inner_activation", "inner_init", "pool_length"),
        *("W_regularizer", "b_regularizer", "W_constraint", "b_constraint", "dropout_W", "dropout_U"),
    )
)
_CLASSES_OF_1 = frozenset(("Merge", "MaxoutDense", "Highway", "TimeDistributedDense", "AtrousConvolution2D"))
_RESAVE = "load it there and save it as .keras"


def check_version(data: dict[str, Any]) -> None:
    """Raises KerasError for a configuration of Keras 1, whose layers have other fields; Keras 2 still read them."""
    version = str(data.get("keras_version", ""))
    sign = f"keras_version is {version[:12]}" if version[:2] in ("0.", "1.") else next(_signs_of_1(data), "")
    if sign:
        advice = "load it with Keras 2.2 and save it again"
        raise KerasError(f"this is a model of Keras 1 ({sign}), whose layers have other fields: {advice}")


def _signs_of_1(data: dict[str, Any]) -> Iterator[str]:
    """What tells of Keras 1 among the layers of a model, those within models and layers included."""
    waiting: list[Any] = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        if not isinstance(item, dict):
            continue
        config, name = item.get("config"), str(item.get("class_name"))
        if isinstance(config, dict):
            yield from (f"{name[:40]} has a field {field}" for field in sorted(_FIELDS_OF_1.intersection(config)))
            waiting += [config.get("layers"), config.get("layer")]
        elif isinstance(config, list):
            waiting.append(config)
        if name in _CLASSES_OF_1 and not item.get("module"):
            yield f"it has a {name}"


_PARTS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset(("modelTopology",)), f"a model of TensorFlow.js: {_RESAVE}"),
    (frozenset(("keras_version", "date_saved")), "what a .keras file says of itself (metadata.json): open that file"),
    (frozenset(("optimizer_config",)), "how a model was trained (its training configuration), without the model"),
    (frozenset(("optimizer", "loss")), "how a model was compiled, without the model"),
    (frozenset(("loss",)), "the course of a training (History), without the model"),
)


def check_is_model(data: Any) -> None:
    """Raises KerasError, with what it is instead, for JSON values that are no model."""
    if isinstance(data, dict) and "class_name" in data and "config" in data:
        if str(data.get("module") or "").startswith("keras.layers"):
            raise KerasError(
                f"this is a layer by itself ({str(data['class_name'])[:40]}): expected the model that has it"
            )
        return
    known = next((words for keys, words in _PARTS if isinstance(data, dict) and keys <= data.keys()), "")
    if known:
        raise KerasError(f"this is {known}")
    if isinstance(data, list) and data and all(isinstance(item, dict) and "class_name" in item for item in data):
        raise KerasError("this is a list of layers without their model: save the whole of it, with model.to_json()")
    raise KerasError('this is no model of Keras: expected an object with "class_name" and "config"')


def check_content(content: bytes, whole: bool) -> None:
    """Raises KerasError for files of other formats of Keras and TensorFlow. `whole` says that this is all of a file."""
    if content.startswith(b"\x89HDF"):
        if whole and b"model_config" not in content:
            advice = "load them into their model, and save that as .keras"
            raise KerasError(f"this is an HDF5 file with weights alone, without the layers: {advice}")
        raise KerasError("this is an HDF5 file of Keras: open it there, and save it as .keras")
    if content[4:8] == b"TFL3":
        raise KerasError(
            "this is a model of TensorFlow Lite, made for running alone: import the .keras that it is from"
        )


def check_place(path: Path) -> None:
    """Raises KerasError for a SavedModel of TensorFlow, or a part of one, and for a .keras file that was unpacked."""
    inside = path.parent if path.name in ("saved_model.pb", "keras_metadata.pb", "fingerprint.pb") else path
    if (inside / "saved_model.pb").is_file():
        raise KerasError(f"this is a SavedModel of TensorFlow, which holds a program and no list of layers: {_RESAVE}")
    if path.is_dir() and (path / "config.json").is_file():
        raise KerasError("this is a folder: import the config.json in it, or the .keras file that was unpacked")
