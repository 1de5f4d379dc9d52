"""Masks act and end where they do in Keras."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from designer.interop.keras.importing import Imported, import_keras
from tests.interop.models import assert_gives, imported, keras, with_chance_weights
from tests.interop.outputs import outputs_of

layers = keras.layers
pytestmark = pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask attached to it")
CASES = Path(__file__).parent / "cases"

BEHIND = np.array([[3, 4, 5, 0, 0, 0], [1, 2, 3, 4, 5, 6], [7, 0, 0, 0, 0, 0]])
"""Tokens that are padded behind."""
ANYWHERE = np.array([[0, 0, 0, 3, 4, 5], [1, 0, 3, 0, 5, 0], [0, 7, 0, 0, 0, 2]])
"""Tokens that are padded in front, and in the middle."""


def whys(found: Imported) -> str:
    return "\n".join(f"{note.layer}: {note.why}" for note in found.notes)


def kinds(found: Imported) -> list[str]:
    return [node.block.kind for node in found.design.network.nodes.values()]


@pytest.mark.parametrize("name", ["10-mask-argument", "11-mask-ends-at-conv", "13-mask-attention"])
def test_that_masks_of_the_cases_give_what_keras_gives(name: str) -> None:
    values = np.load(CASES / name / "values.npz")
    found = import_keras(CASES / name / "model.keras")
    given = [values[key] for key in sorted(values.files) if key.startswith("in")]
    np.testing.assert_allclose(outputs_of(found, *given)[0], values["out0"], atol=1e-4)


@pytest.mark.parametrize("name", ["40-functional-masking", "41-embed-globalmax"])
def test_that_functional_models_with_masks_are_valid_and_give_what_keras_gives(name: str) -> None:
    model = keras.models.load_model(CASES / name / "model.keras")
    found = import_keras(CASES / name / "model.keras")
    values = np.random.default_rng(1).normal(size=(3, 6, 3)).astype(np.float32) * (BEHIND != 0)[..., None]
    assert_gives(found, model, values.astype(np.float32) if name.startswith("40") else BEHIND)
    assert not any(kind.startswith("keras.") for kind in kinds(found))


def embedded(mask: bool = True) -> tuple[Any, Any]:
    words = keras.Input((6,), dtype="int32")
    return words, layers.Embedding(9, 4, mask_zero=mask)(words)


def built(body: Callable[[Any], Any]) -> Any:
    words, value = embedded()
    return with_chance_weights(keras.Model(words, body(value)))


def both(value: Any, *, whole: bool = False) -> Any:
    return layers.Bidirectional(layers.GRU(3, return_sequences=whole))(value)


def at_the_end(value: Any) -> Any:
    return layers.Dense(3)(layers.LSTM(5)(value))


def residual(width: int) -> Any:
    """A model that Keras runs without knowing masks, until it is given a masked value."""
    inputs = keras.Input((6, width))
    return keras.Model(inputs, layers.Add()([inputs, layers.MultiHeadAttention(2, 2)(inputs, inputs)]))


def block(x: Any) -> Any:
    return layers.LayerNormalization()(layers.Add()([x, layers.MultiHeadAttention(2, 2)(x, x)]))


EXACT: dict[str, Callable[[Any], Any]] = {
    "lstm": layers.LSTM(5),
    "gru_of_lstm": lambda x: layers.GRU(4)(layers.LSTM(5, return_sequences=True)(x)),
    "both_ways": both,
    "both_ways_twice": lambda x: both(both(x, whole=True)),
    "backwards": layers.SimpleRNN(4, go_backwards=True),
    "mean": layers.GlobalAveragePooling1D(),
    "maximum": layers.GlobalMaxPooling1D(),
    "dense_then_mean": lambda x: layers.GlobalAveragePooling1D()(layers.LayerNormalization()(layers.Dense(5)(x))),
    "convolution": lambda x: layers.GlobalMaxPooling1D()(layers.Conv1D(3, 3, padding="same")(x)),
    "pooling": lambda x: layers.LSTM(4)(layers.MaxPooling1D(2)(x)),
    "mean_pooling": lambda x: layers.GlobalAveragePooling1D()(layers.AveragePooling1D(2)(x)),
    "zero_padding": lambda x: layers.GlobalAveragePooling1D()(layers.ZeroPadding1D(1)(x)),
    "cropping": lambda x: layers.GRU(3)(layers.Cropping1D(1)(x)),
    "upsampling": lambda x: layers.GlobalAveragePooling1D()(layers.UpSampling1D(2)(x)),
    "flatten": lambda x: layers.Dense(3)(layers.Flatten()(x)),
    "reshape": lambda x: layers.LSTM(3)(layers.Reshape((3, 8))(x)),
    "permute": lambda x: layers.LSTM(3)(layers.Permute((2, 1))(x)),
    "rms": lambda x: layers.GlobalAveragePooling1D()(layers.RMSNormalization()(x)),
    "addition": lambda x: layers.LSTM(3)(layers.Add()([x, layers.Dense(4)(x)])),
    "operation": lambda x: layers.LSTM(3)(x + layers.Dense(4)(x)),
    "concatenation": lambda x: layers.GRU(3)(layers.Concatenate()([x, layers.Dense(2)(x)])),
    "merged_with_unmasked": lambda x: layers.LSTM(3)(layers.Add()([x, layers.Conv1D(4, 1)(x)])),
    "attention": lambda x: layers.GlobalAveragePooling1D()(layers.MultiHeadAttention(2, 2)(x, x)),
    "causal_attention": lambda x: layers.GlobalAveragePooling1D()(
        layers.MultiHeadAttention(2, 2)(x, x, use_causal_mask=True)
    ),
    "dropout": lambda x: layers.LSTM(3)(layers.SpatialDropout1D(0.2)(layers.Dropout(0.2)(x))),
    "batch_norm": lambda x: layers.LSTM(3)(layers.BatchNormalization()(x)),
    "at_every_step": lambda x: layers.LSTM(3)(layers.TimeDistributed(layers.Dense(3))(x)),
    "general_layer": lambda x: layers.RNN(layers.GRUCell(3))(x),
    "both_apart": lambda x: layers.Add()(layers.Bidirectional(layers.LSTM(3), merge_mode=None)(x)),
    "crossed_attention": lambda x: layers.GlobalAveragePooling1D()(
        layers.MultiHeadAttention(2, 2)(layers.Conv1D(4, 1)(x), x)
    ),
    "repeated": lambda x: layers.LSTM(2)(layers.RepeatVector(3)(layers.LSTM(3)(x))),
    "kept_axis": lambda x: layers.Flatten()(layers.GlobalAveragePooling1D(keepdims=True)(x)),
    "two_branches": lambda x: layers.Concatenate()([layers.LSTM(3)(x), layers.GlobalMaxPooling1D()(x)]),
    "behind_nested": lambda x: layers.LSTM(3)(keras.Sequential([keras.Input((6, 4)), layers.Dense(3)])(x)),
    "nested": lambda x: keras.Sequential([keras.Input((6, 4)), layers.Dropout(0.1), layers.LSTM(3)])(x),
    "conv_of_lstm": lambda x: layers.GlobalMaxPooling1D()(
        layers.Conv1D(3, 3)(layers.LSTM(4, return_sequences=True)(x))
    ),
    "maximum_of_dense_of_lstm": lambda x: layers.GlobalMaxPooling1D()(
        layers.Dense(3, activation="tanh")(layers.LSTM(4, return_sequences=True)(x))
    ),
    "flattened_both": lambda x: layers.Flatten()(both(x, whole=True)),
    "zero_output": lambda x: layers.Flatten()(layers.LSTM(3, return_sequences=True, zero_output_for_mask=True)(x)),
    "residual": lambda x: layers.GlobalAveragePooling1D()(layers.Add()([x, layers.MultiHeadAttention(2, 2)(x, x)])),
    "residual_of_lstm": lambda x: layers.GRU(3)(layers.Add()([x, layers.LSTM(4, return_sequences=True)(x)])),
    "residual_of_lstm_and_conv": lambda x: layers.GRU(3)(
        layers.Add()([layers.Conv1D(4, 1)(x), layers.LSTM(4, return_sequences=True)(x)])
    ),
    "turned": lambda x: layers.GRU(3)(layers.LSTM(3, return_sequences=True, go_backwards=True)(x)),
    "residual_block": lambda x: layers.LSTM(3)(
        layers.LayerNormalization()(layers.Add()([x, layers.MultiHeadAttention(2, 2)(x, x)]))
    ),
    "state_to_start_with": lambda x: layers.GRU(3)(
        layers.GRU(4, return_sequences=True)(x, initial_state=layers.GlobalMaxPooling1D()(x))
    ),
    "attention_alone": lambda x: layers.Flatten()(layers.Attention()([x, x])),
    "in_groups": lambda x: layers.Flatten()(layers.GroupNormalization(2)(layers.LSTM(4, return_sequences=True)(x))),
    "joined": lambda x: layers.GRU(3)(layers.Concatenate(axis=1)([x, layers.LSTM(4, return_sequences=True)(x)])),
    "product": lambda x: layers.Flatten()(layers.Multiply()([x, layers.Dense(4)(x)])),
    "largest": lambda x: layers.Flatten()(layers.Maximum()([x, layers.Dense(4)(x), layers.Dense(4)(x)])),
    "smallest_of_lstm": lambda x: layers.Flatten()(
        layers.Minimum()([layers.LSTM(4, return_sequences=True)(x), layers.Dense(4)(x)])
    ),
    "product_with_unmasked": lambda x: layers.Flatten()(layers.Multiply()([x, layers.Conv1D(4, 1)(x)])),
    "largest_with_unmasked": lambda x: layers.Flatten()(layers.Maximum()([layers.Conv1D(4, 1)(x), x])),
    "smallest_with_unmasked": lambda x: layers.Flatten()(layers.Minimum()([x, layers.Conv1D(4, 1)(x)])),
}
"""What gives exactly what Keras gives, wherever the padding stands."""


@pytest.fixture(scope="module", params=EXACT)
def masked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Imported, Any]:
    """What is imported of a model with masks, and the model: once for all tokens."""
    model = built(EXACT[request.param])
    return imported(model, tmp_path_factory.mktemp(request.param)), model


@pytest.mark.parametrize("tokens", [BEHIND, ANYWHERE], ids=["behind", "anywhere"])
def test_that_a_mask_acts_and_ends_as_in_keras(masked: tuple[Imported, Any], tokens: np.ndarray) -> None:
    found, model = masked
    assert not [note for note in found.notes if note.what == "unsupported"]
    assert_gives(found, model, tokens)


@pytest.mark.parametrize("tokens", [BEHIND, ANYWHERE], ids=["behind", "anywhere"])
def test_that_a_shared_layer_and_a_shared_model_take_masks(tokens: np.ndarray, tmp_path: Path) -> None:
    words, value = embedded()
    inner, layer = keras.Model(words, layers.GRU(3)(value)), layers.LSTM(3)
    (one, first), (other, second) = embedded(), embedded()
    given = [layer(first), layer(second), inner(one), inner(other)]
    model = with_chance_weights(keras.Model([one, other], layers.Concatenate()(given)))
    assert_gives(imported(model, tmp_path), model, tokens, tokens[::-1].copy())


def test_that_an_explicit_mask_stands_over_that_of_the_value(tmp_path: Path) -> None:
    words, value = embedded()
    model = with_chance_weights(keras.Model(words, layers.LSTM(3)(value, mask=keras.ops.not_equal(words, 3))))
    assert_gives(imported(model, tmp_path), model, BEHIND)


def test_that_a_merge_with_what_has_no_mask_has_none(tmp_path: Path) -> None:
    words, value = embedded()
    other = keras.Input((6, 2))
    joined = layers.LSTM(3)(layers.Concatenate()([value, other]))
    model = with_chance_weights(keras.Model([words, other], joined))
    found = imported(model, tmp_path)
    assert_gives(found, model, BEHIND, np.random.default_rng(1).normal(size=(3, 6, 2)).astype(np.float32))
    assert "mask" not in whys(found)


TOLD: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "attention_seen": (
        "takes for them what its attention gives for queries that may see nothing",
        lambda x: layers.Flatten()(layers.MultiHeadAttention(2, 2)(x, x)),
    ),
    "attention_in_nested_model": ("which has no meaning", lambda x: layers.GlobalAveragePooling1D()(residual(4)(x))),
    "joined_with_unmasked": (
        "here all of their steps count",
        lambda x: layers.LSTM(3)(layers.Concatenate(axis=1)([x, layers.Conv1D(4, 1)(x)])),
    ),
    "attention_twice": ("which has no meaning", lambda x: layers.LSTM(3)(block(block(x)))),
    "attention_in_sum": ("which has no meaning", lambda x: x + layers.MultiHeadAttention(2, 2)(x, x)),
    "statistics": ("count the steps that are masked", lambda x: layers.LSTM(3)(layers.BatchNormalization()(x))),
    "gives_steps": ("the loss counts masked steps in front", layers.LSTM(3, return_sequences=True)),
}
"""What cannot be the same, and what is told of it."""


@pytest.mark.parametrize("name", TOLD)
def test_that_a_mask_that_cannot_act_as_in_keras_is_told(name: str, tmp_path: Path) -> None:
    words, body = TOLD[name]
    assert words in whys(imported(built(body), tmp_path))


def test_that_masks_that_differ_are_told(tmp_path: Path) -> None:
    (one, first), (other, second) = embedded(), embedded()
    model = keras.Model([one, other], layers.LSTM(3)(layers.Add()([first, second])))
    found = imported(with_chance_weights(model), tmp_path)
    assert "masks of their own" in whys(found)
    assert_gives(found, model, BEHIND, BEHIND)


def test_that_padding_stays_left_out_where_no_length_is_known(tmp_path: Path) -> None:
    words = keras.Input((None,), dtype="int32")
    read = layers.LSTM(3, return_sequences=True)(layers.Embedding(9, 4, mask_zero=True)(words))
    model = keras.Model(words, layers.GlobalMaxPooling1D()(layers.Conv1D(2, 2)(read)))
    assert "here it stays left out" in whys(imported(model, tmp_path))


def test_that_a_sequential_model_has_the_same_masks(tmp_path: Path) -> None:
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Embedding(9, 4, mask_zero=True),
            layers.LSTM(3, return_sequences=True),
            layers.GRU(2),
        ]
    )
    found = imported(with_chance_weights(model), tmp_path)
    for tokens in (BEHIND, ANYWHERE):
        assert_gives(found, model, tokens)
    assert kinds(found) == ["input", "embedding", "masking", "lstm", "gru", "output"]


@pytest.mark.parametrize("number", [0.0, -1.0])
@pytest.mark.parametrize("tokens", [BEHIND, ANYWHERE], ids=["behind", "anywhere"])
@pytest.mark.parametrize("follower", ["LSTM", "Conv1D"])
def test_that_a_masking_layer_hides_its_number(
    follower: str, tokens: np.ndarray, number: float, tmp_path: Path
) -> None:
    inputs = keras.Input((6, 3))
    value = layers.Masking(number)(inputs)
    read = (
        layers.LSTM(4)(layers.Dense(4)(value)) if follower == "LSTM" else layers.Flatten()(layers.Conv1D(2, 3)(value))
    )
    model = with_chance_weights(keras.Model(inputs, read))
    found = imported(model, tmp_path)
    values = np.random.default_rng(1).normal(size=(3, 6, 3)).astype(np.float32)
    values[tokens == 0] = number
    assert_gives(found, model, values)


def test_that_an_unmasked_embedding_needs_no_words_on_masks(tmp_path: Path) -> None:
    words, value = embedded(mask=False)
    found = imported(keras.Model(words, layers.LSTM(3)(value)), tmp_path)
    assert "padding" not in whys(found)
    assert "masking" not in kinds(found)


def test_that_steps_behind_the_end_do_not_count_in_the_loss(tmp_path: Path) -> None:
    found = imported(built(layers.Dense(3)), tmp_path)
    (output,) = found.design.network.of_kind("output")
    assert found.design.network.nodes[str(output.inputs[0])].block.kind == "masking"
    assert "the loss counts masked steps in front of a sequence" in whys(found)


def test_that_a_mask_that_says_more_than_padding_is_told(tmp_path: Path) -> None:
    steps, mask = keras.Input((6, 4)), keras.Input((6,), dtype="bool")
    other = keras.ops.logical_not(mask)
    found = imported(keras.Model([steps, mask], layers.LSTM(3)(steps, mask=other)), tmp_path)
    assert "its mask says more than which steps are padding" in whys(found)


def test_that_an_attention_mask_is_told(tmp_path: Path) -> None:
    steps, mask = keras.Input((6, 4)), keras.Input((6, 6), dtype="bool")
    attended = layers.MultiHeadAttention(2, 2)(steps, steps, attention_mask=mask)
    found = imported(keras.Model([steps, mask], layers.GlobalAveragePooling1D()(attended)), tmp_path)
    assert "its attention_mask has no counterpart" in whys(found)


def test_that_a_mask_of_keras_2_is_read(tmp_path: Path) -> None:
    def item(class_name: str, name: str, nodes: list[Any], **config: Any) -> dict[str, Any]:
        return {"class_name": class_name, "name": name, "config": {"name": name, **config}, "inbound_nodes": nodes}

    items = [
        item("InputLayer", "words", [], batch_input_shape=[None, 6], dtype="int32"),
        item("Embedding", "embedding", [[["words", 0, 0, {}]]], input_dim=9, output_dim=4, mask_zero=False),
        item("TFOpLambda", "tf.not_equal", [["words", 0, 0, {"y": 7}]], function="math.not_equal"),
        item("LSTM", "lstm", [[["embedding", 0, 0, {"mask": ["tf.not_equal", 0, 0]}]]], units=3),
    ]
    ends = {"input_layers": [["words", 0, 0]], "output_layers": [["lstm", 0, 0]]}
    model = {"class_name": "Functional", "keras_version": "2.11.0", "config": {"name": "m", "layers": items, **ends}}
    (tmp_path / "model.json").write_text(json.dumps(model))
    found = import_keras(tmp_path / "model.json")
    (masking,) = found.design.network.of_kind("masking")
    assert masking.block.params() == {"mask_value": 7.0, "where": "anywhere"}
    assert masking.inputs == ("embedding", "words")
    assert "mask" not in whys(found)


def test_that_ways_of_masks_that_part_and_meet_again_are_gone_once(tmp_path: Path) -> None:
    words, value = embedded(mask=False)
    mask, steps = keras.ops.not_equal(words, 0), value
    for _ in range(40):
        mask = keras.ops.logical_or(mask, mask)
        steps = layers.MultiHeadAttention(1, 4)(steps, steps)
    model = keras.Model(words, layers.GlobalAveragePooling1D()(layers.LSTM(4, return_sequences=True)(steps, mask=mask)))
    found = imported(model, tmp_path)
    assert [node.block.params()["where"] for node in found.design.network.of_kind("masking")] == ["anywhere"]


def test_that_a_sequence_of_padding_alone_is_told_and_a_spread_one_is_zeros_as_in_keras(tmp_path: Path) -> None:
    model = built(lambda x: layers.Flatten()(layers.LSTM(3, return_sequences=True)(x)))
    found = imported(model, tmp_path)
    assert whys(found).count("a sequence of padding alone keeps its first step") == 1
    assert_gives(found, model, np.where([[True], [False], [True]], BEHIND, 0))


def test_that_a_model_used_twice_tells_that_its_layers_know_no_masks_from_outside(tmp_path: Path) -> None:
    inner = keras.Sequential([keras.Input((6, 4)), layers.LSTM(3)])
    (one, first), (other, second) = embedded(), embedded()
    model = keras.Model([one, other], layers.Add()([inner(first), inner(second)]))
    assert "its layers know no masks of what it takes" in whys(imported(model, tmp_path))
