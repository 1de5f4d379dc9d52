"""No option of a layer is left out in silence: it acts as in Keras, or a note names it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from designer.interop.keras.importing import Imported, import_keras
from designer.interop.keras.layer.defaults import is_default, is_initializer, told_apart
from tests.interop.models import assert_gives, images, imported, keras, with_chance_weights

layers = keras.layers

ROW, STEPS, IMAGE, VOLUME = (6,), (8, 6), (8, 7, 4), (6, 5, 4, 3)
_BY_RANK = {1: STEPS, 2: IMAGE, 3: VOLUME}

OTHERS: dict[str, list[Any]] = {
    "activation": ["relu", "softsign"],
    "alpha": [0.5],
    "attention_axes": [[1]],
    "axis": [1],
    "center": [False],
    "cropping": [2],
    "data_format": ["channels_first"],
    "depth_multiplier": [2],
    "dilation_rate": [2],
    "dropout": [0.3],
    "epsilon": [0.5],
    "go_backwards": [True],
    "groups": [2],
    "interpolation": ["bilinear"],
    "invert": [True],
    "keepdims": [True],
    "mask_zero": [True],
    "max_value": [1.0, 6.0],
    "mean": [0.5],
    "momentum": [0.5],
    "negative_slope": [0.1],
    "noise_shape": [[1, 6]],
    "normalize": [True],
    "offset": [0.5],
    "output_padding": [1],
    "output_shape": [5],
    "padding": ["same"],
    "pool_size": [3],
    "quantization_config": [],
    "recurrent_activation": ["tanh"],
    "recurrent_dropout": [0.3],
    "renorm": [],
    "renorm_clipping": [],
    "renorm_momentum": [],
    "reset_after": [False],
    "return_sequences": [True],
    "return_state": [],
    "rms_scaling": [True],
    "scale": [False],
    "shared_axes": [[1]],
    "size": [3],
    "sliding_window": [2],
    "stateful": [True],
    "strides": [2],
    "threshold": [0.3],
    "use_bias": [False],
    "use_gate": [True],
    "use_scale": [True],
    "value_dim": [3],
    "variance": [4.0],
    "zero_output_for_mask": [True],
}
"""Values that are not Keras's own, for each field; none where a test elsewhere holds it, or it cannot be given."""
OTHERS_OF_CLASSES: dict[tuple[str, str], list[Any]] = {
    ("Rescaling", "scale"): [3.0],
    ("Softmax", "axis"): [1],
    ("Normalization", "axis"): [1],
    ("ZeroPadding1D", "padding"): [2],
    ("ZeroPadding2D", "padding"): [2],
    ("ZeroPadding3D", "padding"): [2],
}

_WINDOWED = {
    f"{name}{rank}D": (_BY_RANK[rank], options)
    for name, ranks, options in (
        ("Conv", (1, 2, 3), {"filters": 4, "kernel_size": 2}),
        ("DepthwiseConv", (1, 2), {"kernel_size": 2}),
        ("SeparableConv", (1, 2), {"filters": 4, "kernel_size": 2}),
        ("MaxPooling", (1, 2, 3), {}),
        ("AveragePooling", (1, 2, 3), {"pool_size": 2}),
        ("GlobalAveragePooling", (1, 2, 3), {}),
        ("GlobalMaxPooling", (1, 2, 3), {}),
        ("ZeroPadding", (1, 2, 3), {}),
        ("Cropping", (1, 2), {"cropping": 1}),
        ("UpSampling", (1, 2, 3), {}),
        ("SpatialDropout", (1, 2), {"rate": 0.3}),
    )
    for rank in ranks
}
CLASSES: dict[str, tuple[tuple[int, ...], dict[str, Any]]] = {
    **_WINDOWED,
    "Conv1DTranspose": (STEPS, {"filters": 4, "kernel_size": 3, "strides": 2}),
    "Conv2DTranspose": (IMAGE, {"filters": 4, "kernel_size": 3, "strides": 2}),
    "Dense": (STEPS, {"units": 4}),
    "SimpleRNN": (STEPS, {"units": 4}),
    "LSTM": (STEPS, {"units": 4}),
    "GRU": (STEPS, {"units": 4}),
    "BatchNormalization": (STEPS, {}),
    "LayerNormalization": (STEPS, {}),
    "GroupNormalization": (IMAGE, {"groups": 1}),
    "RMSNormalization": (STEPS, {}),
    "Normalization": (ROW, {"mean": 0.2, "variance": 2.0}),
    "Rescaling": (STEPS, {"scale": 2.0}),
    "Dropout": (STEPS, {"rate": 0.3}),
    "AlphaDropout": (STEPS, {"rate": 0.3}),
    "GaussianNoise": (STEPS, {"stddev": 0.3}),
    "ReLU": (STEPS, {}),
    "LeakyReLU": (STEPS, {}),
    "ELU": (STEPS, {}),
    "PReLU": (STEPS, {}),
    "Softmax": (STEPS, {}),
    "Activation": (STEPS, {"activation": "tanh"}),
    "Flatten": (IMAGE, {}),
}


def cases() -> list[Any]:
    """A layer for each field of each class, with another value than its own."""
    found = []
    for name, (sizes, options) in CLASSES.items():
        for field in getattr(layers, name)(**options).get_config():
            for value in OTHERS_OF_CLASSES.get((name, field), OTHERS.get(field, [])):
                if options.get(field) != value:
                    found.append(pytest.param(name, sizes, options, field, value, id=f"{name}-{field}-{value}"))
    return found


def whys(found: Imported) -> str:
    return "\n".join(note.why for note in found.notes)


@pytest.mark.parametrize(("name", "sizes", "options", "field", "value"), cases())
@pytest.mark.filterwarnings("ignore:.*rms_scaling")
def test_that_an_option_acts_as_in_keras_or_is_told(
    name: str, sizes: tuple[int, ...], options: dict[str, Any], field: str, value: Any, tmp_path: Path
) -> None:
    inputs = keras.Input(sizes)
    try:
        model = keras.Model(inputs, getattr(layers, name)(**{**options, field: value})(inputs))
        model(images(*sizes))  # on torch, Keras normalises along the last axes alone
    except (ValueError, RuntimeError, NotImplementedError):
        pytest.skip("Keras has no such layer")
    found = imported(with_chance_weights(model), tmp_path)
    if field not in whys(found) and not any(note.what == "unsupported" for note in found.notes):
        assert_gives(found, model, images(*sizes))


@pytest.mark.parametrize("name", CLASSES)
def test_that_the_known_defaults_are_those_of_keras(name: str) -> None:
    config = getattr(layers, name)(**CLASSES[name][1]).get_config()
    for field, value in config.items():
        if field not in CLASSES[name][1] and not told_apart(field):
            assert is_default(name, field, value), (field, value)


def test_that_every_field_of_every_class_has_another_value_to_try() -> None:
    for name, (_, options) in CLASSES.items():
        for field in getattr(layers, name)(**options).get_config():
            known = field in OTHERS or field in options or told_apart(field) or is_initializer(field)
            assert known, f"{name}: {field}"


def configuration(class_name: str, sizes: tuple[int, ...], fields: dict[str, Any], folder: Path) -> Imported:
    """A model of one layer, as JSON without weights, with fields put over those that Keras writes."""
    made = keras.Sequential([keras.Input(sizes), getattr(layers, class_name)(**CLASSES[class_name][1])])
    content = json.loads(made.to_json())
    content["config"]["layers"][1]["config"].update(fields)
    path = folder / "model.json"
    path.write_text(json.dumps(content))
    return import_keras(path)


@pytest.mark.parametrize("name", CLASSES)
def test_that_a_field_that_no_rule_knows_is_told(name: str, tmp_path: Path) -> None:
    found = configuration(name, CLASSES[name][0], {"surprise": 3}, tmp_path)
    assert "its surprise (3) has no counterpart" in whys(found)
    assert "has no counterpart" not in whys(configuration(name, CLASSES[name][0], {"surprise": None}, tmp_path))


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("Dense", "kernel_initializer", {"class_name": "HeNormal", "config": {"seed": 1}}),
        ("Dense", "bias_initializer", "ones"),
        ("LSTM", "recurrent_initializer", {"class_name": "Orthogonal", "config": {"gain": 2.0}}),
        ("LSTM", "unit_forget_bias", False),
        ("BatchNormalization", "moving_mean_initializer", {"class_name": "Ones", "config": {}}),
    ],
)
def test_that_weights_that_began_otherwise_are_told_where_the_file_has_none(
    name: str, field: str, value: Any, tmp_path: Path
) -> None:
    assert f"its {field} (" in whys(configuration(name, CLASSES[name][0], {field: value}, tmp_path))
    usual = {"kernel_initializer": "glorot_uniform", "bias_initializer": "zeros"}
    assert "initializer (" not in whys(configuration(name, CLASSES[name][0], usual, tmp_path))


def test_that_usual_layers_around_others_need_no_words(tmp_path: Path) -> None:
    inputs = keras.Input((6, 4))
    both = layers.Bidirectional(layers.GRU(3, return_sequences=True))(inputs)
    every = layers.TimeDistributed(layers.Dense(4))(both)
    attended = layers.MultiHeadAttention(2, 2)(every, every)
    found = imported(keras.Model(inputs, layers.RNN(layers.GRUCell(3))(attended)), tmp_path)
    assert "has no counterpart" not in whys(found)


@pytest.mark.parametrize("option", ["sparse", "ragged", "optional"])
def test_that_options_of_an_input_are_told(option: str, tmp_path: Path) -> None:
    made = json.loads(keras.Sequential([keras.Input((4,)), layers.Dense(2)]).to_json())
    made["config"]["layers"][0]["config"][option] = True
    (tmp_path / "model.json").write_text(json.dumps(made))
    assert f"its {option} (True)" in whys(import_keras(tmp_path / "model.json"))


def test_that_an_argument_that_no_rule_knows_is_told(tmp_path: Path) -> None:
    inputs = keras.Input((6, 4))
    made = json.loads(keras.Model(inputs, layers.LSTM(3)(inputs)).to_json())
    made["config"]["layers"][1]["inbound_nodes"][0]["kwargs"] |= {"surprise": 3, "nothing": None}
    (tmp_path / "model.json").write_text(json.dumps(made))
    found = import_keras(tmp_path / "model.json")
    assert "called with surprise=3, which has no counterpart" in whys(found)
    assert "nothing" not in whys(found)


def around(name: str, inner: str, **options: Any) -> Any:
    """A layer that holds one, or attends to itself, on steps."""
    inputs = keras.Input(STEPS)
    if name == "MultiHeadAttention":
        value = layers.MultiHeadAttention(**{"num_heads": 2, "key_dim": 3, **options})(inputs, inputs)
    else:
        value = getattr(layers, name)(getattr(layers, inner)(3, **options))(inputs)
    return keras.Model(inputs, value)


_FIELDS_WITHIN: dict[str, Any] = {
    "activation": "relu",
    "dropout": 0.3,
    "recurrent_activation": "hard_sigmoid",
    "recurrent_dropout": 0.3,
    "reset_after": False,
    "use_bias": False,
    "zero_output_for_mask": True,
    "return_sequences": True,
}
_FIELDS_OF_ATTENTION: dict[str, Any] = {
    "num_heads": 1,
    "key_dim": 2,
    "value_dim": 2,
    "dropout": 0.3,
    "use_bias": False,
    "use_gate": True,
    "output_shape": 5,
    "attention_axes": [1],
    "sliding_window": 2,
}


@pytest.mark.parametrize(
    ("name", "inner", "field", "value"),
    [
        *(("Bidirectional", "GRU", field, value) for field, value in _FIELDS_WITHIN.items()),
        *(("RNN", "GRUCell", field, value) for field, value in list(_FIELDS_WITHIN.items())[:6]),
        *(("TimeDistributed", "Dense", field, _FIELDS_WITHIN[field]) for field in ("activation", "use_bias")),
        *(("MultiHeadAttention", "", field, value) for field, value in _FIELDS_OF_ATTENTION.items()),
    ],
)
def test_that_an_option_of_a_layer_within_acts_as_in_keras_or_is_told(
    name: str, inner: str, field: str, value: Any, tmp_path: Path
) -> None:
    model = with_chance_weights(around(name, inner, **{field: value}))
    found = imported(model, tmp_path)
    if field not in whys(found) and not any(note.what == "unsupported" for note in found.notes):
        assert_gives(found, model, images(*STEPS))
