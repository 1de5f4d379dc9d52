"""Blocks are found by name, kind, parameters and shapes, also inside groups."""

from __future__ import annotations

import pytest

from designer.core.assist.block_query import every_block, find, search
from designer.core.edits import group_editing as groups
from designer.core.edits import notes
from designer.core.graph.design import Design
from designer.core.graph.settings import Note
from designer.core.inference.infer import infer
from designer.core.storage.files import read
from designer.core.storage.resources import example


def found(design: Design, text: str) -> list[str]:
    return ["/".join((*place.path, place.block_id)) for place in find(infer(design.network), text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("conv2", ["conv1", "conv2", "conv3"]),  # Conv2d too
        ("CONV3", ["conv3"]),
        ("pooling", ["pool1", "pool2"]),
        ("kernel_size=3", ["conv1", "conv2", "conv3"]),
        ("kernel_size = 3x3", ["conv1", "conv2", "conv3"]),
        ("kernel_size=3×5", []),
        ("frozen=yes", []),
        ("rate_factor>1", []),
        ("kernel_size!=3", ["pool1", "pool2"]),
        ("out_channels>32", ["conv2", "conv3"]),
        ("out_channels >= 32 conv1", ["conv1"]),
        ("out_features<=10", ["dense2"]),
        ("activation=relu dense", ["dense1"]),
        ("64×11×11", ["conv2"]),
        ("11x11", ["conv2"]),
        ("26*26 conv", ["conv1"]),
        ("nothing_like_it", []),
        ("out_features=many", []),
        ("kernel=2", ["pool1", "pool2"]),
        ("bias=no", []),
        ("bias=yes dense", ["dense1", "dense2"]),
        ("", []),
    ],
)
def test_that_every_word_must_hold(cnn_example: Design, text: str, names: list[str]) -> None:
    assert found(cnn_example, text) == names


def test_that_blocks_inside_a_group_are_found_where_they_are() -> None:
    design = read(example("digits_inception"))
    assert "inception1/three" in found(design, "three")
    assert found(design, "group_input")


def test_that_a_group_used_again_with_the_same_values_comes_once() -> None:
    design = read(example("digits_inception"))
    places = list(every_block(infer(design.network)))
    assert len({(place.path, place.block_id) for place in places}) == len(places)
    assert [place.block_id for place in places if not place.path] == list(design.network.nodes)


def test_that_notes_are_found_by_all_of_their_words_once_for_each_group() -> None:
    design = notes.added(read(example("digits_inception")), Note(text="Widths follow the paper."))
    design = groups.edited(
        design, ("inception1",), lambda inner: notes.added(inner, Note(text="Thin first, says the paper"))
    )
    inference = infer(design.network)
    hits = search(inference, design.view, "PAPER")
    assert [(hit.path, hit.name, hit.is_note) for hit in hits] == [
        ((), "note1", True),
        (("inception1",), "note1", True),
    ]
    assert search(inference, design.view, "paper follows") == []
    assert search(inference, design.view, "") == []
