"""Keras's stateful layers: the setting carries their states over, to what Keras gives batch by batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from designer.engine.model.build import build
from designer.interop.keras.importing import import_keras
from designer.recipe.streams import continued
from tests.interop.models import images, imported, keras, with_chance_weights
from tests.interop.outputs import with_arrays

layers = keras.layers


@pytest.mark.parametrize("kind", ["SimpleRNN", "GRU", "LSTM"])
def test_that_batch_by_batch_they_give_what_keras_gives(kind: str, tmp_path: Path) -> None:
    recurrent: Any = getattr(layers, kind)
    model = with_chance_weights(
        keras.Sequential(
            [
                keras.Input(batch_shape=(2, 4, 3)),
                recurrent(5, stateful=True, return_sequences=True),
                recurrent(4, stateful=True),
                layers.Dense(1),
            ]
        )
    )
    found = imported(model, tmp_path)
    assert found.design.training.carry_states
    assert found.design.training.reset_states == "epoch"
    ours, states = with_arrays(build(found.design.network), found.arrays).eval(), {}
    for seed in (1, 2, 3):
        batch = images(4, 3, seed=seed)
        with torch.no_grad():
            given = continued(ours, states, torch.from_numpy(batch)).numpy()
            wanted = keras.ops.convert_to_numpy(model(batch))
        np.testing.assert_allclose(given, wanted, atol=1e-5)
    for layer in model.layers[:2]:
        layer.reset_states()
    with torch.no_grad():
        again = keras.ops.convert_to_numpy(model(batch))
    assert np.abs(again - wanted).max() > 1e-3, "without what was before it gives something else"


def test_that_what_is_carried_and_what_is_not_is_told(tmp_path: Path) -> None:
    def whys(*inner: Any) -> tuple[bool, str]:
        made = keras.Sequential([keras.Input(batch_shape=(2, 4, 3)), *inner, layers.Dense(1)])
        path = tmp_path / "model.json"
        path.write_text(made.to_json())
        found = import_keras(path)
        return found.design.training.carry_states, "\n".join(note.why for note in found.notes)

    is_on, told = whys(layers.LSTM(3, stateful=True))
    assert is_on
    assert "it was stateful: here carry_states carries the states" in told
    is_on, told = whys(layers.Bidirectional(layers.LSTM(3, stateful=True)))
    assert not is_on
    assert "it was stateful: here one that reads backwards starts every batch with zeros" in told
    assert not whys(layers.LSTM(3))[0]
