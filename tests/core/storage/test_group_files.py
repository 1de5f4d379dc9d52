"""Groups in architecture files: each definition once, by name; and what is wrong with one is told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.core.edits import group_editing as groups
from designer.core.edits import grouping
from designer.core.edits import network_edits as edits
from designer.core.edits import placed_edits as arrange
from designer.core.graph.block import UnknownBlock
from designer.core.graph.definition import definitions
from designer.core.graph.design import Design
from designer.core.graph.network import Network, Node
from designer.core.storage import files
from designer.core.storage.migrations import VERSION
from tests.grouping import definition, port, some_definitions, two_uses, use
from tests.helpers import block


def nested() -> Design:
    """Two uses of Inception, one of them within another group, with a parameter handed on."""
    design = grouping.grouped(two_uses(), ["first"], "Outer")
    return grouping.exposed(design, ("group1",), "first", "channels")


def as_json(design: Design) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(files.dumps(design))
    return content


def problems_of(content: dict[str, Any]) -> list[str]:
    with pytest.raises(files.FileError) as caught:
        files.parse(json.dumps(content))
    return caught.value.problems


def test_that_a_file_holds_each_definition_once_and_gives_the_same_design() -> None:
    design = nested()
    content = as_json(design)
    assert [group["name"] for group in content["groups"]] == ["Inception", "Outer"]
    assert content["version"] == VERSION
    read = files.parse(json.dumps(content))
    assert read == design
    assert files.dumps(read) == files.dumps(design)
    second = read.network.nodes["second"].block
    assert definitions(read.network)["Outer"].network.nodes["first"].block.definition is second.definition


def test_that_a_design_without_groups_has_none_in_its_file() -> None:
    assert "groups" not in as_json(Design(Network.of([Node("input", block("input"), ())])))


@given(
    st.lists(st.sampled_from(some_definitions()), max_size=4),
    st.integers(1, 9),
    st.sampled_from(["separate", "shared"]),
)
def test_that_any_groups_go_through_a_file(chosen: list[Any], repeat: int, weights: str) -> None:
    network = Network()
    for made in chosen:
        network = edits.add(network, use(made, repeat=repeat, weights=weights))
    design = arrange.settled(Design(network))
    assert files.parse(files.dumps(design)) == design


def test_that_groups_may_come_in_any_order_and_ports_go_by_blocks_where_none_are_named() -> None:
    content = as_json(nested())
    content["groups"].reverse()
    for group in content["groups"]:
        del group["view"]
    inception = content["groups"][1]
    del inception["inputs"]
    assert list(definitions(files.parse(json.dumps(content)).network)) == ["Inception", "Outer"]


def test_that_an_unknown_kind_inside_a_group_is_kept_and_stays_through_edits() -> None:
    strange = Node("odd", UnknownBlock("telepathy", {"power": [1, {"deep": True}]}), ("x",))
    made = definition("Odd", port("x"), strange, port("y", "odd"))
    design = Design(Network.of([Node("g", use(made), (None,))]))
    read = files.parse(files.dumps(design))
    assert groups.opened(read, ("g",)).network.nodes["odd"] == strange
    after = grouping.ungrouped(read, "g")
    assert after.network.nodes["odd"].block == strange.block
    named = grouping.renamed_group(read, "Odd", "Strange")
    assert groups.opened(files.parse(files.dumps(named)), ("g",)).network.nodes["odd"] == strange


def broken(change: str, value: Any) -> list[str]:
    """What is told when a part of the file, as `groups.0.name`, has another value."""
    content = as_json(nested())
    place: Any = content
    *way, last = change.split(".")
    for key in way:
        place = place[int(key) if key.isdigit() else key]
    place[int(last) if last.isdigit() else last] = value
    return problems_of(content)


@pytest.mark.parametrize(
    ("change", "value", "words"),
    [
        ("groups", {}, "groups: expected a list, got dict"),
        ("groups.0", 7, "group number 1: expected an object, got int"),
        ("groups.0.colour", "red", "group 'Inception': colour: there is no such field"),
        ("groups.0.name", 3, "group number 1: name: expected a string, got int"),
        ("groups.0.name", "", "'' is not a name of a group"),
        ("groups.0.name", "Outer", "two groups are called 'Outer': names must differ"),
        ("groups.0.blocks", {}, "group 'Inception': blocks: expected a list, got dict"),
        ("groups.0.blocks.0.kind", "input", "group 'Inception' cannot hold Input 'x': it stands outside"),
        ("groups.0.blocks.1.params", {"out_channels": 0}, "group 'Inception': block 'narrow': out_channels"),
        ("groups.0.blocks.1.inputs", ["ghost"], "group 'Inception': block 'narrow' takes its input from 'ghost'"),
        ("groups.0.inputs", ["x", "x2"], "group 'Inception': inputs: expected the names"),
        ("groups.0.outputs", ["output"], "group 'Inception': outputs: expected the names"),
        ("groups.0.outputs", [1], "group 'Inception': outputs: expected names of blocks"),
        ("groups.0.parameters", {"p": ["narrow"]}, "group 'Inception': parameters: p: expected fields of blocks"),
        ("groups.0.parameters", {"p": ["narrow.colour"]}, "parameter 'p': there is no 'narrow.colour'"),
        ("groups.0.parameters", {"weights": ["narrow.out_channels"]}, "cannot be called 'weights'"),
        ("groups.0.view", {"positions": {"x": ["a", 0]}}, "group 'Inception': view: positions.x.0"),
        ("blocks.1.params.definition", "Nothing", "definition: expected the name of a group in this file"),
        ("blocks.1.params.definition", 4, "definition: expected the name of a group"),
        ("blocks.1.params.values", {"colour": 1}, "values: expected parameters of"),
        ("blocks.1.params.values", {"channels": "4"}, "values: expected channels"),
        ("blocks.1.params.weights", "none", "weights: expected 'separate' or 'shared'"),
        ("blocks.1.params.repeat", 0, "repeat: expected"),
        ("blocks.1.inputs", ["input", "input"], "a Group has 1, got 2"),
        ("blocks.2.inputs", ["group1.nothing"], "takes its input from 'nothing' of 'group1', which has only"),
    ],
)
def test_that_a_broken_group_is_told_with_its_place(change: str, value: Any, words: str) -> None:
    assert any(words in problem for problem in broken(change, value)), broken(change, value)


def test_that_a_group_that_holds_itself_is_refused() -> None:
    content = as_json(nested())
    inception, outer = content["groups"]
    inception["blocks"].append({"id": "loop", "kind": "group", "params": {"definition": "Outer"}, "inputs": ["x"]})
    told = problems_of(content)
    assert (
        "group 'Outer': block 'first': definition: expected another group than 'Inception', which would hold" in told[0]
    )
    loop = {"id": "loop", "kind": "group", "params": {"definition": "Outer"}, "inputs": []}
    outer["blocks"] = [outer["blocks"][0], loop]
    del inception["blocks"][-1]
    assert "expected another group than 'Outer', which would hold itself" in problems_of(content)[0]


def test_that_what_is_wrong_in_a_group_is_told_though_no_block_uses_it() -> None:
    content = as_json(nested())
    content["groups"].append({"name": "Spare", "blocks": [{"id": "a", "kind": "dense", "params": {"colour": 1}}]})
    assert problems_of(content) == ["group 'Spare': block 'a': colour: there is no such field"]


def test_that_files_of_version_2_open() -> None:
    content = as_json(two_uses())
    del content["groups"]
    content |= {"version": 2, "blocks": [{"id": "dense1", "kind": "dense", "params": {}, "inputs": []}]}
    content["view"] = {}
    assert list(files.parse(json.dumps(content)).network.nodes) == ["dense1"]
