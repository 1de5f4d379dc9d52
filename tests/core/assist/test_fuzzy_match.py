"""What a person types finds what they mean."""

from __future__ import annotations

import pytest

from designer.core.assist.fuzzy_match import best, rank

ACTIONS = ["Zoom In", "Zoom to Selection", "Select All", "Save As", "Fit Network", "Find a Block Kind", "BatchNorm2d"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("zoom", "Zoom In"),
        ("zosel", "Zoom to Selection"),
        ("zts", "Zoom to Selection"),
        ("sele zoom", "Zoom to Selection"),
        ("sa", "Save As"),
        ("all", "Select All"),
        ("bn", "BatchNorm2d"),
        ("norm", "BatchNorm2d"),
        ("2d", "BatchNorm2d"),
        ("work", "Fit Network"),
    ],
)
def test_that_beginnings_parts_and_initials_of_words_find_a_name(typed: str, first: str) -> None:
    assert best(typed, [(name, name) for name in ACTIONS])[0] == first


def test_that_every_typed_word_must_be_found() -> None:
    assert rank("zoom undo", "Zoom In") is None
    assert rank("zx", "Zoom In") is None
    assert rank("oz", "Zoom In") is None


def test_that_a_whole_word_comes_before_a_beginning_and_that_before_a_part() -> None:
    names = ["Unselected", "Selection", "Select All", "Select"]
    assert best("select", [(name, name) for name in names]) == ["Select", "Select All", "Selection", "Unselected"]


def test_that_nothing_typed_keeps_all_as_they_came() -> None:
    assert best("", [(name, name) for name in ACTIONS]) == ACTIONS
