"""Models of Keras as PyTorch scripts: with their weights, and run alone, they give what Keras gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from safetensors.torch import save_file

from designer.__main__ import main
from designer.interop.keras.importing import Imported, import_keras
from tests.codegen.alone import run_in
from tests.codegen.reading import assert_ruff_is_content
from tests.interop.models import channels_first, images, keras, tokens, with_chance_weights
from tests.interop.outputs import arguments_of

layers = keras.layers
KERAS_2 = Path(__file__).parent / "keras2"

CALLING = """
import runpy, sys
import torch
from safetensors.torch import load_file, save_file

script = runpy.run_path("model.py", run_name="__main__")
given = load_file("given.safetensors")
with torch.inference_mode():
    found = script["model"](*(given[name] for name in sorted(given)))
save_file({str(place): item for place, item in enumerate(found if isinstance(found, tuple) else [found])}, "found")
assert not {"designer", "keras"} & set(sys.modules)
"""
"""Runs a script as a person would, then its model on the values of a file."""


def taken_away(path: Path, folder: Path) -> Imported:
    """A model of Keras, imported and exported by the commands; `model.py` and its weights are in the folder."""
    file, script = str(folder / "model.network.json"), str(folder / "model.py")
    assert main(["import", str(path), "-o", file]) == 0
    run = str(folder / "model.run")
    assert main(["export", file, "--to", "pytorch", "-o", script, "--model-only", "--run", run]) == 0
    return import_keras(path)


def outputs_alone(found: Imported, folder: Path, *values: np.ndarray) -> tuple[list[np.ndarray], list[str]]:
    """What the script's model gives in a fresh interpreter that sees nothing of ours, and what the script prints."""
    arguments = {f"{place:02}": item.contiguous() for place, item in enumerate(arguments_of(found, *values))}
    save_file(arguments, folder / "given.safetensors")
    calling = folder / "calling.py"
    calling.write_text(CALLING, encoding="utf-8")
    printed = run_in(folder, calling)
    tensors = load_file(folder / "found")
    return [tensors[str(place)] for place in range(len(tensors))], printed


def vgg16() -> Any:
    """The whole family's shape with its own weights, on pictures that are small enough for a test."""
    return keras.applications.VGG16(weights=None, include_top=False, pooling="avg", input_shape=(32, 32, 3))


def lstms() -> Any:
    """Sequences of any length, and classes."""
    items = [keras.Input((None, 5)), layers.LSTM(16, return_sequences=True), layers.Dropout(0.3), layers.LSTM(8)]
    return keras.Sequential([*items, layers.Dense(4, activation="softmax")])


def text_cnn() -> Any:
    """Windows of words, and two outputs."""
    words = keras.Input((None,), dtype="int32", name="words")
    embedded = layers.Embedding(50, 8)(words)
    pooled = [layers.GlobalMaxPooling1D()(layers.Conv1D(6, size, activation="relu")(embedded)) for size in (3, 5)]
    both = layers.Concatenate()(pooled)
    mood, topic = layers.Dense(1, name="mood"), layers.Dense(7, activation="softmax", name="topic")
    return keras.Model(words, [mood(both), topic(both)])


def siamese() -> Any:
    """Two pictures seen by one tower that ends with a softmax."""
    one, other = keras.Input((8, 8, 2)), keras.Input((8, 8, 2))
    items = [layers.Conv2D(4, 3), layers.BatchNormalization(), layers.ReLU(), layers.Flatten()]
    tower = keras.Sequential([keras.Input((8, 8, 2)), *items, layers.Dense(5, activation="softmax")])
    return keras.Model([one, other], [tower(one), tower(other)])


MODELS = {
    "VGG16": (vgg16, [images(32, 32, 3)], ["output: (2, 512)"]),
    "LSTMs": (lstms, [images(9, 5)], ["output: (2, 4)"]),
    "text CNN": (text_cnn, [tokens(20, 50)], ["output: (2, 1)", "output_2: (2, 7)"]),
    "siamese": (siamese, [images(8, 8, 2), images(8, 8, 2, seed=2)], ["output: (2, 5)", "output_2: (2, 5)"]),
}


@pytest.mark.parametrize("name", MODELS)
def test_that_a_model_taken_away_gives_what_keras_gives(name: str, tmp_path: Path) -> None:
    builder, values, printed = MODELS[name]
    model = with_chance_weights(builder())
    model.save(tmp_path / "model.keras")
    found = taken_away(tmp_path / "model.keras", tmp_path)
    with torch.no_grad():
        expected = model(values[0] if len(values) == 1 else values, training=False)
    wanted = expected if isinstance(expected, list | tuple) else [expected]
    ours, lines = outputs_alone(found, tmp_path, *values)
    assert lines == printed
    for mine, theirs in zip(ours, wanted, strict=True):
        there = keras.ops.convert_to_numpy(theirs)
        assert np.abs(there).max() > 1e-3, "an output of nothing would agree with anything"
        np.testing.assert_allclose(mine, channels_first(there).numpy(), atol=1e-4)
    assert_ruff_is_content([(tmp_path / "model.py").read_text(encoding="utf-8")], tmp_path / "ruff")


@pytest.mark.parametrize("name", ["cnn", "s2s", "shared"])
def test_that_a_file_of_keras_2_taken_away_gives_what_keras_2_gave(name: str, tmp_path: Path) -> None:
    found = taken_away(KERAS_2 / f"{name}.keras", tmp_path)
    kept = np.load(KERAS_2 / f"{name}.npz")
    (ours,), _ = outputs_alone(found, tmp_path, *(kept[key] for key in kept.files if key != "y"))
    np.testing.assert_allclose(ours, kept["y"], atol=1e-4)
