"""Models that once came out different: each file was saved by Keras, with what it gave for some values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from designer.interop.keras.importing import import_keras
from tests.interop.outputs import outputs_of

CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize("name", sorted(folder.parent.name for folder in CASES.glob("*/values.npz")))
def test_that_a_model_that_came_out_different_gives_what_keras_gave(name: str) -> None:
    found = import_keras(CASES / name / "model.keras")
    kept = np.load(CASES / name / "values.npz")
    wanted = [kept[key] for key in kept.files if key.startswith("out")]
    given = outputs_of(found, *(kept[key] for key in kept.files if key.startswith("in")))
    assert [note.why for note in found.notes if note.what == "unsupported"] == []
    for ours, theirs in zip(given, wanted, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)
