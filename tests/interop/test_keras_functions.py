"""Functions of keras.ops that go number by number, and parts of values, beside what Keras gives for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.interop.models import assert_agrees, images, imported, keras

layers, ops = keras.layers, keras.ops

FUNCTIONS = [
    *(ops.relu, ops.relu6, ops.elu, ops.selu, ops.silu, ops.softplus, ops.hard_sigmoid, ops.hard_silu),
    *(ops.sigmoid, ops.tanh, ops.leaky_relu, ops.square, keras.activations.gelu, keras.activations.sigmoid),
    lambda x: ops.leaky_relu(x, negative_slope=0.3),
    lambda x: ops.cast(x, "float32") + ops.stop_gradient(x),
    lambda x: ops.stack([x, ops.relu(x)], axis=1),
    lambda x: ops.stack([x, ops.relu(x)], axis=-1),
    lambda x: x[:, -1],
    lambda x: x[:, 1],
    lambda x: x[:, 1:3],
    lambda x: x[..., :-2],
    lambda x: x[:, 1:, ..., 2:3],
    lambda x: x[..., 0],
]


@pytest.mark.parametrize("sizes", [(4, 6), (4, 3, 6)])
def test_that_functions_and_parts_of_values_give_what_keras_gives(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    inputs = keras.Input(sizes)
    value = layers.Dense(6)(inputs)
    flat = [layers.Flatten()(function(value)) for function in FUNCTIONS]
    found = assert_agrees(keras.Model(inputs, flat), tmp_path, images(*sizes))
    assert [note.why for note in found.notes if note.what == "unsupported"] == []


@pytest.mark.parametrize("take", [lambda x: x[:, ::2], lambda x: ops.cast(x, "int32"), lambda x: x[:, 0, 0]])
def test_that_parts_without_a_counterpart_say_so(tmp_path: Path, take: Any) -> None:
    inputs = keras.Input((4, 6))
    taken = take(inputs)
    assert any(note.what == "unsupported" for note in imported(keras.Model(inputs, taken), tmp_path).notes)
