"""How layers are called: by place, by name, with dictionaries; and what a rule's own error leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from designer.core.graph.block import UnknownBlock
from designer.interop.keras.building.builder import Use, rule
from tests.interop.models import assert_agrees, images, imported, keras, with_chance_weights
from tests.interop.outputs import outputs_of
from tests.interop.test_keras_files import functional, kinds, layer, read_json, sequential

layers = keras.layers


def test_that_values_given_by_name_are_taken(tmp_path: Path) -> None:
    one, other = keras.Input((5, 6)), keras.Input((5, 6))
    both = layers.Add()(inputs=[layers.Dense(6)(inputs=one), other])
    model = keras.Model([one, other], layers.Dense(3)(layers.LSTM(4)(sequences=both)))
    assert_agrees(model, tmp_path, images(5, 6), images(5, 6, seed=2))


@pytest.mark.parametrize("keyed", [True, False])
def test_that_a_nested_model_called_with_a_dictionary_takes_each_input_by_its_name(keyed: bool, tmp_path: Path) -> None:
    long, short = keras.Input((6,), name="zebra"), keras.Input((6,), name="ant")
    scores = layers.Subtract()([layers.Dense(4)(long), layers.Dense(4, activation="tanh")(short)])
    inner = keras.Model({"zebra": long, "ant": short} if keyed else [long, short], scores)
    one, other = keras.Input((6,)), keras.Input((6,))
    model = keras.Model([one, other], inner({"zebra": one, "ant": other}))
    assert_agrees(model, tmp_path, images(6), images(6, seed=2))


def test_that_outputs_in_a_dictionary_are_taken_in_the_order_of_keras(tmp_path: Path) -> None:
    inputs = keras.Input((6,))
    inner = keras.Model(inputs, {"wide": layers.Dense(5)(inputs), "narrow": layers.Dense(4)(inputs)})
    outer = keras.Input((6,))
    found = inner(outer)
    model = keras.Model(outer, layers.Concatenate()([layers.Dense(2)(found["wide"]), layers.ReLU()(found["narrow"])]))
    assert_agrees(model, tmp_path, images(6))


def test_that_a_dictionary_of_keras_2_is_read(tmp_path: Path) -> None:
    inner = functional(
        layer("InputLayer", "a", batch_input_shape=[None, 8]),
        layer("InputLayer", "b", batch_input_shape=[None, 8]),
        layer("Subtract", "minus", ("a", 0, 0, {}), ("b", 0, 0, {})),
        inputs=["a", "b"],
        outputs=["minus"],
    )
    body = {**inner, "name": "body", "inbound_nodes": [{"b": ["x", 0, 0, {}], "a": ["y", 0, 0, {}]}]}
    found = read_json(
        functional(
            layer("InputLayer", "x", batch_input_shape=[None, 8]),
            layer("InputLayer", "y", batch_input_shape=[None, 8]),
            body,
            inputs=["x", "y"],
            outputs=["body"],
        ),
        tmp_path,
    )
    assert found.design.network.nodes["body_minus"].inputs == ("y", "x")


@rule("BrokenForTests")
def broken(use: Use) -> Any:
    """A rule with a mistake, which no layer of Keras meets."""
    use.add("dropout", {}, use.input)
    return [][36]


def test_that_an_error_within_a_rule_leaves_a_placeholder_that_names_it(tmp_path: Path) -> None:
    dense = {"class_name": "Dense", "config": {"name": "scores", "units": 3}}
    first = {"class_name": "BrokenForTests", "config": {"name": "odd"}}
    found = read_json(sequential(first, dense), tmp_path)
    assert kinds(found) == ["input", "keras.BrokenForTests", "dense", "output"]
    assert isinstance(found.design.network.nodes["odd"].block, UnknownBlock)
    (note,) = [note for note in found.notes if note.what == "unsupported"]
    assert note.layer == "odd"
    assert "IndexError" in note.why


def saved(model: Any, folder: Path) -> Any:
    """A model and ours, without running Keras's, whose torch normalises along the last axes alone."""
    return imported(with_chance_weights(model), folder)


@pytest.mark.parametrize("axis", [1, 2, [1, 2], [1, 3], [3, 1], [2, 3]])
def test_that_a_layer_normalisation_along_any_axes_is_that_of_its_formula(axis: Any, tmp_path: Path) -> None:
    inputs = keras.Input((4, 3, 6))
    model = keras.Model(inputs, layers.LayerNormalization(axis=axis)(inputs))
    found, values = saved(model, tmp_path), images(4, 3, 6)
    axes = tuple(sorted(axis)) if isinstance(axis, list) else (axis,)
    gamma, beta = (
        np.asarray(item).reshape([size if place in axes else 1 for place, size in enumerate((1, 4, 3, 6))])
        for item in model.get_weights()
    )
    centred = values - values.mean(axes, keepdims=True)
    right = gamma * centred / np.sqrt(values.var(axes, keepdims=True) + 1e-3) + beta
    (ours,) = outputs_of(found, values)
    np.testing.assert_allclose(ours, np.moveaxis(right, -1, 1), atol=1e-4)


def test_that_a_known_mean_and_an_adapted_one_are_taken_along_the_same_axes(tmp_path: Path) -> None:
    values = images(4, 3, 6, count=9) * np.linspace(1, 3, 6, dtype=np.float32)
    for axis in (None, -1, 2, [1, 3], [1, 2, 3]):
        inputs, adapted = keras.Input((4, 3, 6)), layers.Normalization(axis=axis)
        adapted.adapt(values)
        model = keras.Model(inputs, adapted(inputs))
        (ours,) = outputs_of(imported(model, tmp_path), values)
        right = keras.ops.convert_to_numpy(model(values))
        np.testing.assert_allclose(ours, np.moveaxis(right, -1, 1), atol=1e-4)


def test_that_an_operation_that_changes_how_many_samples_there_are_is_a_placeholder(tmp_path: Path) -> None:
    inputs = keras.Input((5, 8))
    halves = keras.Model(inputs, layers.Dense(3)(keras.ops.reshape(inputs, (-1, 20))))
    joined = keras.Model(inputs, keras.ops.concatenate([inputs, inputs], axis=0))
    for model in (halves, joined, keras.Model(inputs, keras.ops.expand_dims(inputs, 0))):
        found = imported(model, tmp_path)
        assert [note.what for note in found.notes].count("unsupported") >= 1


def test_that_sub_sequences_in_any_number_go_through_a_convolution_and_two_lstms(tmp_path: Path) -> None:
    model = keras.Sequential(
        [
            keras.Input((None, 8, 2)),
            layers.TimeDistributed(layers.Conv1D(4, 3, activation="relu")),
            layers.TimeDistributed(layers.MaxPooling1D()),
            layers.TimeDistributed(layers.LSTM(5)),
            layers.LSTM(3),
        ]
    )
    found = assert_agrees(model, tmp_path, images(3, 8, 2))
    (start,) = found.design.network.of_kind("input")
    assert start.block.params()["sizes"] == [None, 1, 8, 2]
    assert "sub-sequences" in "\n".join(note.why for note in found.notes)
