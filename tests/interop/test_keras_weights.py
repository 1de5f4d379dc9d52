"""Weights carried over: the imported network gives what Keras gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.interop.models import assert_agrees, images, imported, keras

layers = keras.layers


def sequential(*items: Any) -> Any:
    return keras.Sequential(list(items))


def one_layer(layer: Any, *sizes: int) -> Any:
    """A layer, with its numbers brought to one row by a mean, which hides no order of channels."""
    inputs = keras.Input(sizes)
    value = layer(inputs)
    rank = len(value.shape) - 1
    if rank > 1:
        value = layers.Dense(7)(layers.Flatten()(value))
    return keras.Model(inputs, value)


def one(name: str, *sizes: int, **options: Any) -> Any:
    label = f"{name}({', '.join(f'{key}={value}' for key, value in options.items())})"
    return pytest.param(name, sizes, options, id=label)


@pytest.mark.parametrize(
    ("name", "sizes", "options"),
    [
        one("Conv1D", 11, 5, filters=6, kernel_size=3, strides=2, padding="same", activation="relu"),
        one("Conv1D", 11, 5, filters=6, kernel_size=3, dilation_rate=2, padding="causal"),
        one("Conv2D", 9, 8, 4, filters=6, kernel_size=[3, 2], strides=2, padding="same", activation="gelu"),
        one("Conv2D", 9, 8, 4, filters=6, kernel_size=3, groups=2, use_bias=False, dilation_rate=2),
        one("Conv3D", 5, 6, 7, 2, filters=3, kernel_size=2, padding="same"),
        one("DepthwiseConv1D", 9, 4, kernel_size=3, depth_multiplier=2, padding="same"),
        one("DepthwiseConv2D", 9, 8, 4, kernel_size=3, depth_multiplier=2, strides=2, padding="same"),
        one("SeparableConv1D", 9, 4, filters=5, kernel_size=3),
        one("SeparableConv2D", 9, 8, 4, filters=5, kernel_size=3, depth_multiplier=2, activation="elu"),
        one("Conv1DTranspose", 6, 4, filters=3, kernel_size=3, strides=2, padding="same"),
        one("Conv2DTranspose", 5, 4, 3, filters=2, kernel_size=3, strides=2, padding="same", activation="tanh"),
        one("Conv2DTranspose", 5, 4, 3, filters=2, kernel_size=4, strides=2, padding="same"),
        one("Conv2DTranspose", 5, 4, 3, filters=2, kernel_size=[2, 5], strides=3, padding="valid"),
        one("Conv3DTranspose", 3, 4, 2, 3, filters=2, kernel_size=3, strides=2, padding="same", activation="mish"),
        one("Conv3DTranspose", 2, 3, 4, 3, filters=2, kernel_size=[2, 3, 1], strides=[1, 2, 2], use_bias=False),
        one("MaxPooling1D", 9, 4, pool_size=2),
        one("MaxPooling2D", 9, 8, 4, pool_size=3, strides=2, padding="same"),
        one("AveragePooling2D", 9, 7, 4, pool_size=3, strides=2, padding="same"),
        one("AveragePooling3D", 4, 6, 4, 2, pool_size=2),
        one("GlobalAveragePooling1D", 9, 4),
        one("GlobalMaxPooling2D", 9, 8, 4, keepdims=True),
        one("GlobalAveragePooling3D", 3, 4, 5, 2),
        one("Dense", 6, units=4, activation="silu"),
        one("Dense", 9, 6, units=4, activation="softplus"),
        one("Dense", 5, 4, 6, units=3, activation="sigmoid"),
        one("BatchNormalization", 6),
        one("BatchNormalization", 4, 6, momentum=0.8, epsilon=1e-2),
        one("BatchNormalization", 4, 5, 6, scale=False),
        one("LayerNormalization", 4, 6),
        one("LayerNormalization", 4, 5, 6, axis=[1, 2, 3]),
        one("GroupNormalization", 4, 5, 6, groups=3),
        one("RMSNormalization", 5, 6),
        one("SimpleRNN", 7, 3, units=5, activation="relu"),
        one("SimpleRNN", 7, 3, units=5, go_backwards=True, return_sequences=True),
        one("LSTM", 7, 3, units=5),
        one("LSTM", 7, 3, units=5, return_sequences=True, go_backwards=True, use_bias=False),
        one("GRU", 7, 3, units=5),
        one("GRU", 7, 3, units=5, return_sequences=True),
        one("LeakyReLU", 6, negative_slope=0.3),
        one("ReLU", 6, max_value=6.0),
        one("ELU", 4, 6),
        one("ELU", 4, 6, alpha=0.4),
        one("ReLU", 4, 6, max_value=0.7),
        one("ReLU", 4, 6, threshold=0.5),
        one("ReLU", 4, 5, 6, max_value=0.8, negative_slope=0.2, threshold=0.3),
        one("ReLU", 6, max_value=1.0, negative_slope=0.1),
        one("LeakyReLU", 6, negative_slope=1.5),
        one("UnitNormalization", 6),
        one("UnitNormalization", 4, 5, 6, axis=[1, 3]),
        one("UnitNormalization", 4, 5, 6, axis=1),
        one("Softmax", 4, 5, 6),
        one("Rescaling", 4, 6, scale=0.5, offset=-1.0),
        one("UpSampling1D", 4, 6, size=3),
        one("UpSampling2D", 4, 5, 6, size=[2, 3]),
        one("UpSampling2D", 4, 5, 6, size=2, interpolation="bilinear"),
        one("ZeroPadding1D", 4, 6, padding=[1, 2]),
        one("ZeroPadding2D", 4, 5, 6, padding=[[1, 2], [0, 3]]),
        one("ZeroPadding3D", 3, 4, 5, 2, padding=[[1, 2], [0, 3], [2, 0]]),
        one("UpSampling3D", 2, 3, 4, 2, size=[2, 1, 3]),
        one("Cropping1D", 6, 4, cropping=[1, 2]),
        one("Cropping3D", 3, 4, 5, 2, cropping=[[1, 0], [0, 2], [1, 1]]),
        one("Cropping2D", 6, 7, 3, cropping=[[1, 2], [0, 3]]),
        one("Permute", 4, 6, dims=[2, 1]),
        one("Permute", 4, 5, 6, dims=[3, 1, 2]),
        one("Reshape", 24, target_shape=[4, 6]),
        one("Reshape", 24, target_shape=[2, 3, 4]),
        one("Reshape", 4, 5, 6, target_shape=[10, -1]),
        one("Reshape", 4, 5, 6, target_shape=[2, 10, 6]),
        one("RepeatVector", 6, n=3),
    ],
)
def test_that_a_layer_gives_what_it_gives_in_keras(
    name: str, sizes: tuple[int, ...], options: dict[str, Any], tmp_path: Path
) -> None:
    assert_agrees(one_layer(getattr(layers, name)(**options), *sizes), tmp_path, images(*sizes))


FUNCTIONS = (
    *("celu", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh"),
    *("leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu"),
    *("soft_shrink", "softmax", "softplus", "softsign", "swish", "tanh", "tanh_shrink"),
)
WITHOUT_COUNTERPART = ("sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus", "threshold")


def test_that_every_activation_of_keras_is_known_to_have_a_counterpart_or_none() -> None:
    other = ("deserialize", "get", "serialize", "glu")
    there = {name for name in dir(keras.activations) if not name.startswith("_")}
    assert there == {*FUNCTIONS, *WITHOUT_COUNTERPART, *other}


def test_that_activations_give_what_they_give_in_keras_by_name_and_behind_a_layer(tmp_path: Path) -> None:
    inputs = keras.Input((4, 6))
    made = [layers.Activation(name)(inputs) for name in FUNCTIONS]
    made += [layers.Dense(3, activation=name)(inputs) for name in FUNCTIONS]
    made += [layers.Activation("glu")(inputs), layers.Conv1D(4, 2, activation="glu")(inputs)]
    found = assert_agrees(keras.Model(inputs, made), tmp_path, images(4, 6))
    assert [note.why for note in found.notes if note.what == "unsupported"] == []


def test_that_functions_of_keras_ops_give_what_they_give_there(tmp_path: Path) -> None:
    inputs, ops = keras.Input((4, 6)), keras.ops
    plain = [name for name in FUNCTIONS if name not in ("exponential", "linear", "hard_swish", "swish", "mish")]
    made = [getattr(ops, name)(inputs) for name in plain]
    made += [ops.gelu(inputs, approximate=False), ops.elu(inputs, 0.3), ops.leaky_relu(inputs, 0.4), ops.exp(inputs)]
    made += [ops.glu(inputs), ops.glu(inputs, axis=1), ops.threshold(inputs, 0.2, 0.0)]
    made += [ops.minimum(inputs, layers.Dense(6)(inputs)), ops.maximum(inputs, layers.Dense(6)(inputs))]
    found = assert_agrees(keras.Model(inputs, made), tmp_path, images(4, 6))
    assert [note.why for note in found.notes if note.what == "unsupported"] == []


@pytest.mark.parametrize("name", ["sparse_plus", "sparse_sigmoid", "sparsemax", "squareplus"])
def test_that_a_function_that_torch_has_not_becomes_a_placeholder_that_names_it(name: str, tmp_path: Path) -> None:
    found = imported(sequential(keras.Input((6,)), layers.Dense(4, activation=name)), tmp_path)
    assert [repr(name) in note.why for note in found.notes if note.what == "unsupported"] == [True]


@pytest.mark.parametrize(
    ("layer", "kind"),
    [
        (layers.Minimum(), "minimum"),
        (layers.Attention(), "dot_attention"),
        (layers.Attention(use_scale=True, dropout=0.3), "dot_attention"),
        (layers.AdditiveAttention(), "additive_attention"),
        (layers.AdditiveAttention(use_scale=False), "additive_attention"),
    ],
    ids=repr,
)
def test_that_a_layer_of_two_sequences_gives_what_it_gives_in_keras(layer: object, kind: str, tmp_path: Path) -> None:
    first, second = keras.Input((5, 6)), keras.Input((5, 6))
    given = [layers.Dense(4)(first), layers.Dense(4)(second)]
    made = [layer(given)]  # type: ignore[operator]
    if kind != "minimum":
        another = type(layer).from_config({**layer.get_config(), "name": "another"})  # type: ignore[attr-defined]
        causal, _ = another(given, use_causal_mask=True, return_attention_scores=True)
        made += [causal, layers.Dense(2)(layers.Flatten()(causal))]
    found = assert_agrees(keras.Model([first, second], made), tmp_path, images(5, 6), images(5, 6, seed=2))
    assert [note.why for note in found.notes if note.what == "unsupported"] == []
