"""Every rule on every kind of value, by every axis: as in Keras, or a placeholder with a note."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop.sweeping import RULES, VALUES, differences

pytest.importorskip("keras")

WITHOUT_BLOCK = (
    *("ops.reshape batch", "ops.flip", "ops.get_item", "convlstm", "attention", "heads"),
    *("dot", "ops.multiply 1 axes", "ops.multiply 2 axes"),
)
"""What may become a placeholder on values of fixed sizes, and nothing else; a Dot does on images alone."""
FIVE_AXES = ("ops.expand_dims", "expand, squeeze", "ops.squeeze")
"""What would have one axis more than there is a block for."""


@pytest.mark.parametrize("rules", RULES)
@pytest.mark.parametrize("value", VALUES)
def test_that_no_value_comes_out_different_whatever_a_layer_does_with_its_axes(
    value: str, rules: str, tmp_path: Path
) -> None:
    measured, placeholders = differences(value, rules, tmp_path)
    if "any" not in value.split():  # where a length varies, axes can hardly be turned
        without = (*WITHOUT_BLOCK, *(FIVE_AXES if value in ("volume", "images in turn") else ()))
        assert [name for name in placeholders if not name.startswith(without)] == []
    assert {name: error for name, error in measured.items() if error > 1e-4} == {}
