"""Whole models of Keras, imported with their weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from designer.interop.keras.importing import import_keras
from tests.interop.models import assert_agrees, images, imported, keras, tokens, with_chance_weights
from tests.interop.outputs import outputs_of

layers = keras.layers


def kinds(found: Any) -> list[str]:
    return [node.block.kind for node in found.design.network.nodes.values()]


def whys(found: Any) -> str:
    return "\n".join(f"{note.layer}: {note.what}: {note.why}" for note in found.notes)


def test_that_the_articles_stack_of_lstms_gives_the_same(tmp_path: Path) -> None:
    model = keras.Sequential(
        [
            keras.Input((12, 5)),
            layers.LSTM(16, return_sequences=True),
            layers.Dropout(0.3),
            layers.LSTM(8),
            layers.Dense(4, activation="softmax"),
        ]
    )
    found = assert_agrees(model, tmp_path, images(12, 5))
    assert kinds(found) == ["input", "lstm", "dropout", "lstm", "dense", "output"]


@pytest.mark.parametrize("merge_mode", ["concat", "sum", "mul", "ave"])
@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("name", ["GRU", "LSTM"])
def test_that_both_directions_give_the_same_however_they_are_merged(
    name: str, whole: bool, merge_mode: str, tmp_path: Path
) -> None:
    inputs = keras.Input((9, 4))
    both = layers.Bidirectional(getattr(layers, name)(6, return_sequences=whole), merge_mode=merge_mode)(inputs)
    model = keras.Model(inputs, layers.Dense(3)(layers.GlobalMaxPooling1D()(both) if whole else both))
    found = assert_agrees(model, tmp_path, images(9, 4))
    assert kinds(found).count(name.lower()) == (1 if merge_mode == "concat" else 2)


def test_that_both_directions_apart_give_the_same(tmp_path: Path) -> None:
    inputs = keras.Input((7, 3))
    forward, backward = layers.Bidirectional(layers.GRU(5), merge_mode=None)(inputs)
    model = keras.Model(inputs, layers.Subtract()([forward, backward]))
    assert_agrees(model, tmp_path, images(7, 3))


@pytest.mark.parametrize("name", ["LSTM", "GRU"])
def test_that_an_encoder_hands_its_state_to_a_decoder(name: str, tmp_path: Path) -> None:
    source, shifted = keras.Input((None, 5)), keras.Input((None, 3))
    _, *state = getattr(layers, name)(6, return_state=True)(source)
    decoded = getattr(layers, name)(6, return_sequences=True)(shifted, initial_state=state)
    model = keras.Model(
        [source, shifted], layers.GlobalMaxPooling1D()(layers.TimeDistributed(layers.Dense(4))(decoded))
    )
    assert_agrees(model, tmp_path, images(8, 5), images(6, 3, seed=2))


def test_that_a_bidirectional_encoder_hands_its_joined_states_to_a_decoder(tmp_path: Path) -> None:
    source, shifted = keras.Input((8, 5)), keras.Input((6, 3))
    encoder = layers.Bidirectional(layers.LSTM(4, return_state=True))
    _, forward_h, forward_c, backward_h, backward_c = encoder(source)
    h = layers.Concatenate()([forward_h, backward_h])
    c = layers.Concatenate()([forward_c, backward_c])
    decoded = layers.LSTM(8)(shifted, initial_state=[h, c])
    assert_agrees(
        keras.Model([source, shifted], layers.Dense(3)(decoded)), tmp_path, images(8, 5), images(6, 3, seed=2)
    )


def test_that_a_cnn_at_every_step_and_an_lstm_give_the_same(tmp_path: Path) -> None:
    model = keras.Sequential(
        [
            keras.Input((4, 12, 11, 2)),
            layers.TimeDistributed(layers.Conv2D(5, 3, activation="relu")),
            layers.TimeDistributed(layers.MaxPooling2D()),
            layers.TimeDistributed(layers.Flatten()),
            layers.LSTM(6),
            layers.Dense(3, activation="softmax"),
        ]
    )
    found = assert_agrees(model, tmp_path, images(4, 12, 11, 2))
    assert kinds(found) == ["input", *["time_distributed"] * 3, "lstm", "dense", "output"]


def test_that_a_whole_model_at_every_step_gives_the_same(tmp_path: Path) -> None:
    frame = keras.Sequential(
        [keras.Input((8, 8, 1)), layers.Conv2D(3, 3), layers.Flatten(), layers.Dense(5)], name="frame"
    )
    model = keras.Sequential([keras.Input((None, 8, 8, 1)), layers.TimeDistributed(frame), layers.GRU(4)])
    found = assert_agrees(model, tmp_path, images(5, 8, 8, 1))
    assert kinds(found) == ["input", "time_distributed", "gru", "output"]


def test_that_a_text_cnn_gives_the_same(tmp_path: Path) -> None:
    words = keras.Input((20,), dtype="int32")
    embedded = layers.Embedding(50, 8)(words)
    pooled = [layers.GlobalMaxPooling1D()(layers.Conv1D(6, size, activation="relu")(embedded)) for size in (3, 4, 5)]
    scores = layers.Dense(1, activation="sigmoid")(layers.Dropout(0.5)(layers.Concatenate()(pooled)))
    assert_agrees(keras.Model(words, scores), tmp_path, tokens(20, 50))


@pytest.mark.parametrize("first", ["Masking", "Embedding"])
def test_that_padding_is_left_out_as_in_keras(first: str, tmp_path: Path) -> None:
    if first == "Masking":
        start, values = [keras.Input((9, 3)), layers.Masking()], images(9, 3, count=3)
    else:
        start, values = [keras.Input((9,)), layers.Embedding(20, 3, mask_zero=True)], tokens(9, 20)
    for place, length in enumerate((4, 9, 6)):
        values[place, length:] = 0
    model = keras.Sequential([*start, layers.LSTM(5, return_sequences=True), layers.GRU(4), layers.Dense(2)])
    assert_agrees(model, tmp_path, values)


def test_that_attention_gives_the_same(tmp_path: Path) -> None:
    steps, memory = keras.Input((6, 8)), keras.Input((5, 4))
    own = layers.MultiHeadAttention(2, 4)(steps, steps, use_causal_mask=True)
    value = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([steps, own]))
    crossed = layers.MultiHeadAttention(4, 2)(value, memory)
    model = keras.Model([steps, memory], layers.GlobalAveragePooling1D()(crossed))
    assert_agrees(model, tmp_path, images(6, 8), images(5, 4, seed=2))


def test_that_a_shared_layer_is_one_module(tmp_path: Path) -> None:
    one, other = keras.Input((6,)), keras.Input((6,))
    shared = layers.Dense(5, activation="tanh", name="tower")
    model = keras.Model([one, other], layers.Subtract()([shared(one), shared(other)]))
    found = assert_agrees(model, tmp_path, images(6), images(6, seed=2))
    assert kinds(found).count("group") == 2
    assert sorted(found.arrays) == ["tower.tower.bias", "tower.tower.weight"]


def test_that_a_shared_model_is_one_module(tmp_path: Path) -> None:
    one, other = keras.Input((8, 8, 2)), keras.Input((8, 8, 2))
    tower = keras.Sequential(
        [keras.Input((8, 8, 2)), layers.Conv2D(4, 3), layers.ReLU(), layers.Flatten(), layers.Dense(5)]
    )
    model = keras.Model([one, other], layers.Dot(axes=1, normalize=True)([tower(one), tower(other)]))
    assert_agrees(model, tmp_path, images(8, 8, 2), images(8, 8, 2, seed=2))


def test_that_a_shared_layer_which_is_called_in_several_ways_is_not_taken_for_one(tmp_path: Path) -> None:
    one, shared = keras.Input((5, 4)), layers.MultiHeadAttention(2, 2)
    model = keras.Model(one, [shared(one, one), shared(one, one, use_causal_mask=True)])
    told = [note.why for note in imported(model, tmp_path).notes if note.what == "unsupported"]
    assert ["called in several ways" in why for why in told] == [True]


def test_that_a_call_of_a_shared_model_without_its_value_is_told_in_words(tmp_path: Path) -> None:
    one, tower = keras.Input((4,)), keras.Sequential([keras.Input((4,)), layers.Dense(3)])
    data = json.loads(keras.Model(one, layers.Add()([tower(one), tower(one)])).to_json())
    (shared,) = [item for item in data["config"]["layers"] if item["class_name"] == "Sequential"]
    shared["inbound_nodes"][1]["args"] = []
    (tmp_path / "model.json").write_text(json.dumps(data), encoding="utf-8")
    told = [note.why for note in import_keras(tmp_path / "model.json").notes if note.what == "unsupported"]
    assert ["takes 0 values, where its first call takes 1" in why for why in told] == [True]


def test_that_a_shared_layer_reads_images_of_two_sizes_in_the_order_of_keras(tmp_path: Path) -> None:
    wide, tall = keras.Input((3, 5, 2)), keras.Input((5, 2, 3))
    shared = layers.Dense(4)
    both = [shared(layers.Flatten()(wide)), shared(layers.Flatten()(tall))]
    model = keras.Model([wide, tall], layers.Subtract()(both))
    assert_agrees(model, tmp_path, images(3, 5, 2), images(5, 2, 3, seed=2))


@pytest.mark.parametrize("name", ["LSTMCell", "GRUCell", "SimpleRNNCell"])
def test_that_a_cell_in_the_general_layer_gives_the_same(name: str, tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((7, 3)), layers.RNN(getattr(layers, name)(5)), layers.Dense(2)])
    assert_agrees(model, tmp_path, images(7, 3))


def test_that_a_shared_layer_without_weights_is_no_group(tmp_path: Path) -> None:
    inputs = keras.Input((6,))
    shared = layers.LeakyReLU(0.2)
    model = keras.Model(inputs, shared(layers.Dense(4)(shared(inputs))))
    assert "group" not in kinds(assert_agrees(model, tmp_path, images(6)))


def test_that_known_means_and_deviations_are_taken_along(tmp_path: Path) -> None:
    inputs = keras.Input((5, 4, 3))
    value = layers.Normalization(mean=[0.5, 0.4, 0.3], variance=[0.04, 0.05, 0.06])(inputs)
    found = assert_agrees(keras.Model(inputs, layers.GlobalMaxPooling2D()(value)), tmp_path, images(5, 4, 3))
    assert "standardize" in kinds(found)


def test_that_a_nested_model_is_taken_apart(tmp_path: Path) -> None:
    inner = keras.Sequential([keras.Input((6,)), layers.Dense(5, name="inside"), layers.LeakyReLU()], name="body")
    inputs = keras.Input((6,))
    deeper = keras.Model(inputs, layers.Dense(4)(inner(inputs)), name="deeper")
    outer = keras.Input((6,))
    found = assert_agrees(keras.Model(outer, layers.Dense(3)(deeper(outer))), tmp_path, images(6))
    assert "deeper_body_inside" in found.design.network.nodes


def test_that_the_order_of_a_flattened_image_follows_through_to_the_columns(tmp_path: Path) -> None:
    inputs = keras.Input((5, 4, 3))
    flat = layers.ReLU()(layers.BatchNormalization()(layers.Dropout(0.2)(layers.Flatten()(inputs))))
    found = assert_agrees(keras.Model(inputs, layers.Dense(7)(flat)), tmp_path, images(5, 4, 3))
    assert "permute" not in kinds(found)


def test_that_an_image_is_turned_where_nothing_can_reorder_its_flattened_numbers(tmp_path: Path) -> None:
    inputs = keras.Input((5, 4, 3))
    found = assert_agrees(keras.Model(inputs, layers.Flatten()(inputs)), tmp_path, images(5, 4, 3))
    assert "permute" in kinds(found)
    assert "keep Keras's order" in whys(found)


def test_that_values_of_other_sizes_are_broadcast(tmp_path: Path) -> None:
    inputs = keras.Input((5, 4, 3))
    gate = layers.Dense(3, activation="sigmoid")(layers.GlobalAveragePooling2D()(inputs))
    gated = layers.Multiply()([inputs, layers.Reshape((1, 1, 3))(gate)])
    model = keras.Model(inputs, layers.GlobalMaxPooling2D()(gated * 2.0 - 1.0 + inputs))
    assert_agrees(model, tmp_path, images(5, 4, 3))


def test_that_concatenations_follow_the_axis(tmp_path: Path) -> None:
    inputs = keras.Input((5, 4, 3))
    wide = layers.Concatenate(axis=2)([inputs, inputs])
    tall = layers.Concatenate(axis=1)([wide, wide])
    model = keras.Model(inputs, layers.Dense(4)(layers.Flatten()(layers.Concatenate()([tall, tall]))))
    assert_agrees(model, tmp_path, images(5, 4, 3))


def test_that_a_decoder_of_images_gives_the_same(tmp_path: Path) -> None:
    model = keras.Sequential(
        [
            keras.Input((8,)),
            layers.Dense(3 * 3 * 4, activation="relu"),
            layers.Reshape((3, 3, 4)),
            layers.Conv2DTranspose(5, 3, strides=2, padding="same", activation="leaky_relu"),
            layers.UpSampling2D(),
            layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
            layers.GlobalAveragePooling2D(),
        ]
    )
    assert_agrees(model, tmp_path, images(8))


def test_that_lengths_that_differ_change_nothing_before_their_end(tmp_path: Path) -> None:
    model = with_chance_weights(
        keras.Sequential([keras.Input((None, 3)), layers.Conv1D(4, 3, padding="same"), layers.LSTM(5)])
    )
    values = images(7, 3)
    (ours,) = outputs_of(imported(model, tmp_path), values, lengths=[7, 4])
    alone = keras.ops.convert_to_numpy(model(values[1:, :4]))
    np.testing.assert_allclose(ours[1:], alone, atol=1e-5)
