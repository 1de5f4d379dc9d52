"""Functions of keras.ops that go number by number, and parts of values, beside what Keras gives for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.interop.models import assert_agrees, images, imported, keras
from tests.interop.outputs import outputs_of

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
    lambda x: x[:, ::2],
    lambda x: x[:, 1::2, ..., ::3],
    lambda x: ops.flip(x, axis=-1),
    lambda x: ops.flip(x, axis=(1, -1)),
    lambda x: layers.Concatenate(axis=1)(ops.split(x, 2, axis=1)[::-1]),
    lambda x: layers.Concatenate()(ops.split(x, [1, 4], axis=-1)[1:]),
    lambda x: ops.pad(x, [[0, 0]] * (len(x.shape) - 2) + [[1, 2], [0, 1]]),
    lambda x: ops.pad(x, [[0, 0], [1, 0]] + [[0, 0]] * (len(x.shape) - 2), constant_values=3.0),
    lambda x: ops.clip(x, -0.5, 0.75),
    lambda x: ops.clip(x, 0, 1),
    ops.absolute,
    lambda x: ops.maximum(x, 0.2),
    lambda x: ops.minimum(x, -0.2),
    lambda x: ops.min(x, axis=1),
    lambda x: ops.matmul(layers.Reshape((-1, 6))(x), layers.Reshape((6, -1))(x)),
    lambda x: ops.max_pool(x, 2, 1),
    lambda x: ops.average_pool(x, 2, 2, "same"),
]


@pytest.mark.parametrize("sizes", [(4, 6), (4, 3, 6)])
def test_that_functions_and_parts_of_values_give_what_keras_gives(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    inputs = keras.Input(sizes)
    value = layers.Dense(6)(inputs)
    flat = [layers.Flatten()(function(value)) for function in FUNCTIONS]
    found = assert_agrees(keras.Model(inputs, flat), tmp_path, images(*sizes))
    assert [note.why for note in found.notes if note.what == "unsupported"] == []


def test_that_a_slice_that_runs_backwards_turns_the_steps_around(tmp_path: Path) -> None:
    inputs, values = keras.Input((4, 6)), images(4, 6)  # Keras on torch cannot run it
    found = imported(keras.Model(inputs, inputs[:, ::-1]), tmp_path)
    assert (outputs_of(found, values)[0] == values[:, ::-1]).all()


def test_that_attention_with_a_concat_score_gives_what_keras_gives(tmp_path: Path) -> None:
    inputs = keras.Input((4, 6))
    attended = layers.Attention(score_mode="concat")([layers.Dense(6)(inputs), inputs])
    found = assert_agrees(keras.Model(inputs, layers.Flatten()(attended)), tmp_path, images(4, 6))
    assert "one weight for all numbers of its scores" in " ".join(note.why for note in found.notes)


@pytest.mark.parametrize(
    "take",
    [
        lambda x: x[:, 3:0:-2],
        lambda x: ops.cast(x, "int32"),
        lambda x: x[:, 0, 0],
        lambda x: ops.pad(x, [[0, 0], [1, 1], [0, 0]], "reflect"),
    ],
)
def test_that_parts_without_a_counterpart_say_so(tmp_path: Path, take: Any) -> None:
    inputs = keras.Input((4, 6))
    taken = take(inputs)
    assert any(note.what == "unsupported" for note in imported(keras.Model(inputs, taken), tmp_path).notes)
