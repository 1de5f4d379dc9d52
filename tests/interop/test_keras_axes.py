"""Every rule on every kind of value, by every axis: as in Keras, or a placeholder with a note."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop.sweeping import RULES, VALUES, differences

pytest.importorskip("keras")


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("value", VALUES)
def test_that_no_value_comes_out_different_whatever_a_layer_does_with_its_axes(
    value: str, rules: str, tmp_path: Path
) -> None:
    measured, _ = differences(value, rules, tmp_path)
    assert {name: error for name, error in measured.items() if error > 1e-4} == {}
