"""Notes are said where they hold, and only there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from designer.core.inference.infer import infer
from designer.core.validation import check
from designer.interop.keras.importing import Imported, import_keras
from tests.interop.models import keras

CASES = Path(__file__).parent / "cases"
layers = keras.layers


def as_json(model: Any, folder: Path, **fields: Any) -> Imported:
    """A model without weights, with further fields of the file."""
    (folder / "model.json").write_text(json.dumps({**json.loads(model.to_json()), **fields}))
    return import_keras(folder / "model.json")


def told(found: Imported) -> list[tuple[str, str]]:
    return [(note.layer, note.why) for note in found.notes]


def whys(found: Imported) -> str:
    return "\n".join(note.why for note in found.notes)


def test_that_dropout_that_always_acts_is_told() -> None:
    found = import_keras(CASES / "20-mc-dropout-keras2" / "model.json")
    assert ("drop/1", "changed") in [(note.layer, note.what) for note in found.notes if "training=True" in note.why]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("name", ["BatchNormalization", "Dropout", "GaussianNoise", "LSTM", "inner", "Dense"])
@pytest.mark.parametrize("version", ["2.11.0", "3.5.0"])
def test_that_calls_that_say_whether_it_trains_are_told_where_it_matters(
    version: str, name: str, training: bool, tmp_path: Path
) -> None:
    config: dict[str, Any] = {"rate": 0.5, "stddev": 0.1, "units": 3}
    made = {
        "BatchNormalization": {"axis": -1},
        "Dropout": {"rate": 0.5},
        "GaussianNoise": {"stddev": 0.1},
        "LSTM": {"units": 3, "dropout": 0.2},
        "Dense": {"units": 3},
    }
    config = made.get(name, {})
    layer = {"class_name": name, "name": "it", "config": {"name": "it", **config}}
    if name == "inner":
        drop = {"class_name": "Dropout", "config": {"name": "d", "rate": 0.1, "batch_input_shape": [None, 5, 4]}}
        layer |= {"class_name": "Sequential", "config": {"name": "it", "layers": [drop]}}
    layer["inbound_nodes"] = [[["x", 0, 0, {"training": training}]]]
    inputs = {"class_name": "InputLayer", "name": "x", "inbound_nodes": []}
    inputs["config"] = {"name": "x", "batch_input_shape": [None, 5, 4]}
    ends = {"input_layers": [["x", 0, 0]], "output_layers": [["it", 0, 0]]}
    model = {"class_name": "Functional", "config": {"name": "m", "layers": [inputs, layer], **ends}}
    if version > "3":
        model["registered_name"] = "Functional"
    (tmp_path / "model.json").write_text(json.dumps({**model, "keras_version": version}))
    # Keras 3 writes a false by itself for layers that act at random.
    by_itself = version > "3" and not training and name in ("Dropout", "GaussianNoise", "LSTM")
    expected = name != "Dense" and not by_itself
    assert (f"training={training}" in whys(import_keras(tmp_path / "model.json"))) is expected


def test_that_a_model_without_weights_is_told_nothing_of_weights(tmp_path: Path) -> None:
    without = keras.Sequential([keras.Input((4, 3)), layers.Activation("relu"), layers.GlobalMaxPooling1D()])
    assert "weights" not in whys(as_json(without, tmp_path))
    learning = keras.Sequential([keras.Input((4, 3)), layers.Dense(2)])
    assert "the weights begin as torch begins them" in whys(as_json(learning, tmp_path))


def test_that_layers_with_weights_that_are_not_trainable_are_frozen(tmp_path: Path) -> None:
    model = keras.Sequential(
        [
            keras.Input((4, 3)),
            layers.Dropout(0.1, name="drop"),
            layers.Dense(2, name="dense"),
            layers.TimeDistributed(layers.Dense(2), name="steps"),
            layers.GlobalMaxPooling1D(name="pool"),
        ]
    )
    model.trainable = False
    assert [layer for layer, why in told(as_json(model, tmp_path)) if "frozen" in why] == []
    assert frozen(as_json(model, tmp_path)) == ["dense", "steps"]
    model.trainable = True
    assert frozen(as_json(model, tmp_path)) == []


def frozen(found: Imported) -> list[str]:
    return [name for name, node in found.design.network.nodes.items() if node.block.frozen]


def test_that_a_frozen_model_within_another_is_a_frozen_part_of_it(tmp_path: Path) -> None:
    """As in transfer learning: a base that stays, a head that learns, and one layer that is used twice."""
    base = keras.Sequential([keras.Input((4, 3)), layers.Dense(5, name="a"), layers.BatchNormalization(name="b")])
    base.trainable = False
    twice = layers.Dense(5, name="twice", trainable=False)
    given = keras.Input((4, 3))
    value = twice(twice(base(given)))
    head = layers.Dense(2, name="head")(layers.GlobalMaxPooling1D()(value))
    model = keras.Model(given, head)
    found = as_json(model, tmp_path)
    nodes = found.design.network.nodes
    learning = [name for name, node in nodes.items() if infer(found.design.network).results[name].trained]
    assert learning == ["head"]
    assert {node.block.frozen for node in nodes.values() if node.block.shared_as} == {True}
    assert check.problems(found.design) == []
    counted = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert infer(found.design.network).trained == counted


def test_that_sequences_of_images_are_told_to_lie_channels_first(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((4, 8, 8, 3)), layers.TimeDistributed(layers.GlobalMaxPooling2D())])
    assert "channels first" in whys(as_json(model, tmp_path))


def test_that_images_within_a_model_ask_nothing_of_its_data(tmp_path: Path) -> None:
    within = [layers.Reshape((3, 3, 4)), layers.Conv2D(2, 2), layers.GlobalMaxPooling2D()]
    assert "channels first" not in whys(as_json(keras.Sequential([keras.Input((36,)), *within]), tmp_path))
    decoder = keras.Sequential([keras.Input((36,)), *within[:1], layers.Conv2DTranspose(1, 3)])
    assert "channels first" in whys(as_json(decoder, tmp_path))


@pytest.mark.parametrize(("shared", "told"), [([1], True), ([1, 2], False), (None, True)])
def test_that_one_slope_for_all_is_what_a_prelu_has_here(shared: list[int] | None, told: bool, tmp_path: Path) -> None:
    made = keras.Sequential([keras.Input((4, 3)), layers.PReLU(shared_axes=shared), layers.GlobalMaxPooling1D()])
    words = whys(as_json(made, tmp_path))
    assert ("one slope" in words) is told
    assert "mean is taken" not in words
