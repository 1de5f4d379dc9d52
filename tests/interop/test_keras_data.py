"""Which data an imported model has: a file of Keras names none."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer.core.graph.data_settings import NO_DATA
from designer.core.validation import check
from designer.interop.keras.importing import import_keras
from tests.interop.models import keras


@pytest.mark.parametrize(("sizes", "source"), [((28, 28, 1), "mnist_5k"), ((32, 32, 3), NO_DATA)])
def test_that_a_model_has_the_usual_data_where_they_suit_it_and_none_else(
    sizes: tuple[int, ...], source: str, tmp_path: Path
) -> None:
    layers = [keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    path = tmp_path / "model.json"
    path.write_text(keras.Sequential([keras.Input(sizes), *layers]).to_json())
    design = import_keras(path).design
    assert design.data.source == source
    assert source != NO_DATA or check.problems(design) == []
