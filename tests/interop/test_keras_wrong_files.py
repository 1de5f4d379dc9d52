"""Files that look like a model of Keras 2 or 3 and are none: one clear line says what each is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from designer.interop.keras.file.errors import KerasError
from designer.interop.keras.importing import import_keras

CASE = Path(__file__).parent / "cases" / "24-keras1-message" / "model.json"


def message_of(path: Path) -> str:
    with pytest.raises(KerasError) as error:
        import_keras(path)
    assert "\n" not in str(error.value)
    return str(error.value)


def message_for(data: Any, folder: Path) -> str:
    path = folder / "model.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return message_of(path)


def test_that_a_model_of_keras_1_is_told_as_one() -> None:
    assert "model of Keras 1 (keras_version is 1.2.2)" in message_of(CASE)


def chain(*items: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": list(items)}


@pytest.mark.parametrize(
    ("layer", "sign"),
    [
        ({"class_name": "Convolution1D", "config": {"nb_filter": 3, "filter_length": 3}}, "has a field filter_length"),
        ({"class_name": "MaxPooling2D", "config": {"border_mode": "same"}}, "has a field border_mode"),
        ({"class_name": "LSTM", "config": {"inner_activation": "sigmoid"}}, "has a field inner_activation"),
        ({"class_name": "Merge", "config": {"mode": "sum"}}, "it has a Merge"),
        (chain({"class_name": "Convolution2D", "config": {"nb_row": 3}}), "has a field nb_row"),
        (
            {"class_name": "TimeDistributed", "config": {"layer": {"class_name": "C", "config": {"subsample": 1}}}},
            "has a field subsample",
        ),
    ],
)
def test_that_keras_1_is_known_by_its_layers_where_the_file_says_no_version(
    layer: dict[str, Any], sign: str, tmp_path: Path
) -> None:
    message = message_for(chain(layer), tmp_path)
    assert "model of Keras 1" in message
    assert sign in message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"optimizer_config": {"class_name": "Adam"}, "loss": "mse"}, "how a model was trained"),
        ({"optimizer": "adam", "loss": "mse", "metrics": None}, "how a model was compiled"),
        ({"loss": [0.5, 0.4], "val_loss": [0.6, 0.5]}, "the course of a training"),
        ({"keras_version": "3.15.1", "date_saved": "2026-01-01"}, "metadata.json"),
        ({"modelTopology": {}, "weightsManifest": []}, "TensorFlow.js"),
        ({"module": "keras.layers", "class_name": "Dense", "config": {"units": 3}}, "a layer by itself (Dense)"),
        ([{"class_name": "Dense", "config": {"units": 3}}], "a list of layers"),
        ({"blocks": []}, "no model of Keras"),
    ],
)
def test_that_what_goes_with_a_model_is_told_by_its_name(data: Any, words: str, tmp_path: Path) -> None:
    assert words in message_for(data, tmp_path)


def test_that_weights_alone_are_told_apart_from_a_whole_model_of_hdf5(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "model.weights.h5", "w") as file:
        file.create_dataset("layers/dense/vars/0", data=np.zeros(3))
    assert "weights alone" in message_of(tmp_path / "model.weights.h5")
    with h5py.File(tmp_path / "model.h5", "w") as file:
        file.attrs["model_config"] = "{}"
    assert message_of(tmp_path / "model.h5").startswith("this is an HDF5 file of Keras")


def test_that_a_saved_model_of_tensorflow_is_told_by_its_folder_and_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(b"\x08\x01")
    for path in (tmp_path, tmp_path / "saved_model.pb"):
        assert "SavedModel of TensorFlow" in message_of(path)


def test_that_a_folder_of_an_unpacked_model_leads_to_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    assert "import the config.json in it" in message_of(tmp_path)


def test_that_a_model_of_tensorflow_lite_is_told_as_one(tmp_path: Path) -> None:
    (tmp_path / "model.tflite").write_bytes(b"\x1c\x00\x00\x00TFL3" + bytes(90))
    assert "TensorFlow Lite" in message_of(tmp_path / "model.tflite")
