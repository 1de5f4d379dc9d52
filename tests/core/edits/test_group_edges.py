"""Groups at their edges: hostile files, several threads, placeholders of unknown kinds."""

from __future__ import annotations

import json
import sys
import threading

import pytest

from designer.core.analysis.analysis import analyse
from designer.core.edits import group_editing as groups
from designer.core.edits import grouping
from designer.core.edits import network_edits as edits
from designer.core.graph.block import UnknownBlock
from designer.core.graph.definition import uses
from designer.core.graph.design import Design
from designer.core.graph.group_paths import GroupPath, use_at
from designer.core.graph.network import Network, NetworkError, Node
from designer.core.inference.infer import infer
from designer.core.storage import files
from designer.core.validation import check
from tests.grouping import definition, inception, port, two_uses, use
from tests.helpers import block, chain, input_of, output_for


def test_that_groups_within_groups_that_stand_for_too_many_blocks_are_told_at_once() -> None:
    made = definition("G", port("x"), Node("d", block("dense", out_features=4), ("x",)), port("y", "d"))
    for level in range(12):
        last = [port("x")]
        for place in range(20):
            last.append(Node(f"use{place}", use(made), (last[-1].id,)))
        made = definition(f"G{level}", *last, port("y", last[-1].id))
    network = chain(input_of(4), ("group", "g", {"definition": made, "repeat": 2}), output_for())
    design = files.parse(files.dumps(Design(network)))  # a small file
    inference = infer(design.network)
    assert inference.parameters == 2 * 20**12 * 20
    assert analyse(inference).rows[1].bytes_held == (2 * 20**12 - 1) * 4 * 4  # the first takes what the Input keeps
    (problem,) = check.problems(design, inference)
    assert problem.message.endswith("at most 20,000 can be trained: use or repeat groups less often")


def test_that_threads_may_remember_at_once() -> None:
    made, failures = inception(), []

    def remember(thread: int) -> None:
        try:
            for number in range(20_000):
                made.remember((thread, number), number)
        except Exception as error:
            failures.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=remember, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert failures == []


def test_that_fields_of_one_parameter_hold_the_same_value_whatever_the_file_says() -> None:
    plain = files.to_json(two_uses())
    wide = next(item for item in plain["groups"][0]["blocks"] if item["id"] == "wide")
    wide["params"]["out_channels"] = 9
    made = files.parse(json.dumps(plain))
    for group, use_made in uses(made.network):
        channels = use_made.value_of("channels")
        assert [use_made.network.nodes[at].block.value_of("out_channels") for at in ("narrow", "wide")] == [
            channels
        ] * 2
        after = groups.edited(made, (group,), lambda shown: shown.moved(["narrow"], 5.0, 5.0))
        assert use_at(after.network, (group,)).values == use_made.values


def with_a_placeholder() -> Design:
    """A block of no known kind, as an import leaves one: with two inputs and two outputs."""
    return Design(
        Network.of(
            [
                Node("input", block("input", sizes=(3,)), ()),
                Node("d", block("dense"), ("input",)),
                Node("e", block("dense"), ("input",)),
                Node("lost", UnknownBlock("keras.Lambda", {"code": "?"}), ("d", "e")),
                Node("f", block("dense"), ("lost",)),
                Node("g", block("dense"), ("lost.state",)),
                Node("output1", block("output"), ("f",)),
                Node("output2", block("output"), ("g",)),
            ]
        )
    )


@pytest.mark.parametrize("chosen", [["lost"], ["d", "lost"], ["d", "e", "lost"], ["lost", "f"], ["lost", "f", "g"]])
def test_that_a_placeholder_keeps_its_edges_in_a_group_and_out_of_it(chosen: list[str]) -> None:
    design = with_a_placeholder()
    group = grouping.grouped(design, chosen, "Group")
    assert dict(grouping.ungrouped(group, "group1").network.nodes) == dict(design.network.nodes)
    assert files.parse(files.dumps(group)) == group


def channels_of(design: Design, path: GroupPath, *names: str) -> list[object]:
    """The channels of blocks inside a group."""
    nodes = use_at(design.network, path).network.nodes
    return [nodes[name].block.params()["out_channels"] for name in names]


@pytest.mark.parametrize("chosen", [["narrow"], ["narrow", "wide", "sum"]])
def test_that_a_group_made_inside_a_group_hands_on_the_parameters_of_its_blocks(chosen: list[str]) -> None:
    before = two_uses()
    after = groups.edited(before, ("first",), lambda shown: grouping.grouped(shown, chosen, "Own"))
    assert infer(after.network).problems == []
    for name, channels in (("first", 6), ("second", 4)):
        use_made = use_at(after.network, (name,))
        assert use_made.value_of("channels") == channels
        assert channels_of(after, (name, "group1"), *chosen[:2]) == [channels] * len(chosen[:2])
    wider = after.edit(lambda net: edits.set_params(net, "second", channels=9))
    assert channels_of(wider, ("second", "group1"), "narrow") == [9]
    assert channels_of(wider, ("first", "group1"), "narrow") == [6]
    back = groups.edited(after, ("second",), lambda shown: grouping.ungrouped(shown, "group1"))
    for name in ("first", "second"):
        again, was = (use_at(design.network, (name,)) for design in (back, before))
        assert dict(again.network.nodes) == dict(was.network.nodes)
        assert again.values == was.values
        assert {key: set(found) for key, found in again.definition.parameters.items()} == {
            key: set(found) for key, found in was.definition.parameters.items()
        }


@pytest.mark.parametrize("order", [1, -1])
def test_that_a_file_with_groups_in_a_long_row_within_each_other_is_refused(order: int) -> None:
    plain = files.to_json(Design(chain(input_of(3), ("group", "group1", {"definition": inception()}), output_for())))
    rows = [{"id": "x", "kind": "group_input"}, {"id": "y", "kind": "group_output", "inputs": ["inner"]}]
    named = [f"G{number}" for number in range(500)]
    plain["groups"] = [
        {
            "name": name,
            "blocks": [*rows, {"id": "inner", "kind": "group", "params": {"definition": of}, "inputs": ["x"]}],
        }
        for name, of in zip(named, [*named[1:], "G0"], strict=True)
    ]
    plain["groups"][-1]["blocks"][-1] = {"id": "inner", "kind": "flatten", "inputs": ["x"]}
    plain["groups"] = plain["groups"][::order]
    plain["blocks"][1]["params"] = {"definition": "G0"}
    with pytest.raises(files.FileError) as error:
        files.parse(json.dumps(plain))
    assert any("16 deep" in problem for problem in error.value.problems)


def test_that_a_group_cannot_take_the_name_of_another_that_only_a_third_one_uses() -> None:
    one = definition("One", port("x"), Node("a", block("flatten"), ("x",)), port("y", "a"))
    other = definition("Other", port("x"), Node("a", block("dropout"), ("x",)), port("y", "a"))
    nodes = [port("x"), Node("first", use(one), ("x",)), Node("second", use(other), ("first",)), port("y", "second")]
    whole = ("group", "group1", {"definition": definition("Whole", *nodes)})
    design = Design(chain(input_of(3), whole, output_for()))
    for name, words in (("Other", "two different groups called 'Other'"), ("other", "too much alike")):
        with pytest.raises(NetworkError, match=words):
            grouping.renamed_group(design, "One", name)


def test_that_a_field_cannot_join_a_parameter_of_another_kind_of_value() -> None:
    with pytest.raises(NetworkError, match="kernel_size of 'narrow' is no value like 'channels'"):
        grouping.exposed(two_uses(), ("first",), "narrow", "kernel_size", "channels")
