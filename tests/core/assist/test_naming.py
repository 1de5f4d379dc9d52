"""Names that were meant, where what was typed cannot be one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.core.assist.naming import meant_name
from designer.core.graph.network import check_id


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("my conv", "my_conv"),
        ("  conv-1 (left)! ", "conv_1_left"),
        ("3×3", "block_3_3"),
        ("2nd", "block_2nd"),
        ("_hidden", "hidden"),
        ("class", "class_"),
        ("卷积 层", "卷积_层"),
        ("größe.m²", "größe_m"),
        ("conv1", "conv1_2"),
        ("!?", ""),
        ("", ""),
        ("x" * 80, "x" * 64),
    ],
)
def test_that_the_name_nearest_to_what_was_typed_is_meant(typed: str, meant: str) -> None:
    assert meant_name(typed, {"conv1"}) == meant


@given(st.text(max_size=100), st.sets(st.sampled_from(["a", "a_2", "block_1"])))
def test_that_what_is_meant_is_always_a_free_name(typed: str, taken: set[str]) -> None:
    if name := meant_name(typed, taken):
        check_id(name)
        assert name not in taken
