"""Weights carried over: the imported network gives what Keras gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.interop.models import assert_agrees, images, keras

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
        one("Softmax", 4, 5, 6),
        one("Rescaling", 4, 6, scale=0.5, offset=-1.0),
        one("UpSampling1D", 4, 6, size=3),
        one("UpSampling2D", 4, 5, 6, size=[2, 3]),
        one("UpSampling2D", 4, 5, 6, size=2, interpolation="bilinear"),
        one("ZeroPadding1D", 4, 6, padding=[1, 2]),
        one("ZeroPadding2D", 4, 5, 6, padding=[[1, 2], [0, 3]]),
        one("ZeroPadding3D", 3, 4, 5, 2, padding=[[1, 2], [0, 3], [2, 0]]),
        one("Cropping1D", 6, 4, cropping=[1, 2]),
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
