"""Notes and groups that are open in place, in files."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.graph.settings import Note, View
from designer.core.storage import files
from tests.grouping import inception, use
from tests.helpers import block, design_of

NOTE = Note(text="Why this is so:\n\tit learns.", position=(12.0, -8.0), size=(300.0, 120.0), colour="blue")


def design_with(view: View, inner: View | None = None) -> Design:
    definition = replace(inception(), view=inner) if inner else inception()
    network = Network.of([Node("input", block("input"), ()), Node("group1", use(definition), ("input",))])
    return replace(design_of(network), view=view)


def test_that_notes_and_open_groups_survive_a_file_outside_and_inside_of_groups() -> None:
    design = design_with(View(notes={"note1": NOTE}, expanded={"group1": (4.0, 8.0)}), View(notes={"note1": Note()}))
    assert files.parse(files.dumps(design)) == design


def test_that_a_file_without_notes_says_nothing_of_them() -> None:
    assert files.to_json(design_with(View()))["view"] == {"positions": {}}


def test_that_only_groups_that_are_there_are_open_in_place() -> None:
    design = design_with(View(expanded={"input": (0.0, 0.0), "gone": (0.0, 0.0), "group1": (0.0, 0.0)}))
    assert set(files.parse(files.dumps(design)).view.expanded) == {"group1"}


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ({"notes": {"a": {"text": 5}}}, "view: notes.a.text: expected text, got 5"),
        ({"notes": {"a": {"size": [1.0, 1.0]}}}, "view: notes.a.size.0: expected at least 40"),
        ({"notes": {"a": {"colour": "loud"}}}, "view: notes.a.colour: expected 'yellow', 'green'"),
        ({"notes": {"a": {"text": "x" * 20_001}}}, "view: notes.a.text: expected at most 20000"),
        ({"expanded": {"group1": [0.0, "x"]}}, "view: expanded.group1.1: expected"),
    ],
)
def test_that_a_wrong_note_is_told_by_its_field(view: dict[str, Any], words: str) -> None:
    written = {**files.to_json(design_with(View())), "view": view}
    with pytest.raises(files.FileError) as told:
        files.parse(json.dumps(written))
    assert words in told.value.problems[0]
