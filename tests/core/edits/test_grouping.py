"""Groups are made of chosen blocks, and taken apart again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer.core.edits import group_editing as groups
from designer.core.edits import grouping
from designer.core.edits import network_edits as edits
from designer.core.edits import placed_edits as arrange
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError, Node
from designer.core.graph.settings import REACH, Note, View
from designer.core.inference.infer import infer
from designer.core.layout.placement import ROW
from designer.core.storage import files
from tests.grouping import cnn, inside, shapes, two_uses
from tests.helpers import block, chain, input_of


def test_that_chosen_blocks_become_a_group_whose_ports_are_the_cut_edges() -> None:
    before = cnn()
    after = grouping.grouped(before, ["conv2", "conv3"], "Pair")
    node = after.network.nodes["group1"]
    assert (node.inputs, node.block.input_ports, node.block.output_ports) == (("conv1",), ("input",), ("output",))
    assert after.network.nodes["flatten"].inputs == ("group1",)
    assert set(inside(after, "group1").nodes) == {"input", "conv2", "conv3", "output"}
    assert infer(after.network).shape("output") == infer(before.network).shape("output")
    assert infer(after.network).parameters == infer(before.network).parameters
    assert set(after.view.positions) == set(after.network.nodes)
    places = groups.opened(after, ("group1",)).view.positions
    assert places["conv2"] == before.view.positions["conv2"]
    assert places["input"][1] < places["conv2"][1] < places["conv3"][1] < places["output"][1]
    assert after.view.positions["flatten"][1] == after.view.positions["group1"][1] + ROW


def test_that_what_is_below_a_new_group_stays_where_it_would_cover_other_blocks() -> None:
    design = cnn()
    beside = arrange.added_at(design, block("dense"), design.view.positions["conv3"])
    after = grouping.grouped(beside, ["conv2", "conv3"], "Pair")
    assert after.view.positions["flatten"] == design.view.positions["flatten"]


@given(st.sets(st.sampled_from(["conv1", "conv2", "conv3", "flatten", "dense1"]), min_size=1))
def test_that_ungrouping_undoes_grouping_for_any_blocks(chosen: set[str]) -> None:
    before = cnn()
    try:
        after = grouping.grouped(before, chosen, "Some")
    except NetworkError as error:
        assert "lies between the chosen blocks" in str(error)
        return
    assert infer(after.network).problems == []
    back = grouping.ungrouped(after, "group1")
    assert back.network.nodes == before.network.nodes
    for name, place in before.view.positions.items():
        assert back.view.positions[name] == pytest.approx(place)


def test_that_one_value_that_enters_twice_has_one_port_and_several_exits_have_one_each() -> None:
    network = Network.of(
        [
            Node("input", block("input", sizes=(None, 3)), ()),
            Node("encoder", block("gru", hidden_size=5), ("input", None)),
            Node("decoder", block("gru", hidden_size=5), ("input", "encoder.state")),
            Node("both", block("add"), ("encoder", "decoder")),
            Node("output", block("output"), ("both",)),
        ]
    )
    after = grouping.grouped(Design(network), ["encoder", "decoder"], "Reader").network
    assert after.nodes["group1"].inputs == ("input",)
    assert after.nodes["both"].inputs == ("group1", "group1.output1")
    assert shapes(after)["both"] == "5"


def test_that_a_free_port_and_a_loose_end_become_ports() -> None:
    network = edits.add(edits.add(Network(), block("dense")), block("dense"))
    after = grouping.grouped(Design(network), ["dense1", "dense2"], "Loose").network
    assert after.nodes["group1"].inputs == (None, None)
    assert after.nodes["group1"].block.output_ports == ("output", "output1")


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (["input", "conv1"], "Input 'input' cannot be in a group"),
        (["dense1", "output"], "Output 'output' cannot be in a group"),
        (["conv1", "conv3"], "'conv2' lies between the chosen blocks"),
        ([], "choose the blocks"),
    ],
)
def test_that_what_cannot_be_a_group_is_refused_with_the_reason(chosen: list[str], words: str) -> None:
    with pytest.raises(NetworkError, match=words):
        grouping.grouped(cnn(), chosen, "Pair")


@pytest.mark.parametrize("name", ["", "  ", " Pair", "x" * 41, "a\nb"])
def test_that_a_group_needs_a_name_that_can_be_shown(name: str) -> None:
    with pytest.raises(NetworkError, match="is not a name of a group"):
        grouping.grouped(cnn(), ["conv2"], name)


def test_that_a_repeated_or_distributed_group_is_not_taken_apart() -> None:
    for kind, params, words in (("group", {"repeat": 2}, "set repeat to 1"), ("time_distributed", {}, "does more")):
        design = Design(chain(input_of(4, 3), (kind, "g", params)))
        with pytest.raises(NetworkError, match=words):
            grouping.ungrouped(design, "g")


def test_that_blocks_that_come_out_of_a_group_get_free_names() -> None:
    design = two_uses()
    after = grouping.ungrouped(grouping.ungrouped(design, "first"), "second").network
    assert len(after.nodes) == 4 + 2 * 5
    assert shapes(after)["flatten1"] == shapes(design.network)["flatten1"]


def test_that_a_note_that_comes_out_of_a_group_far_off_stays_on_the_canvas() -> None:
    design = grouping.grouped(cnn(), ["conv2"], "Far")
    view = View(notes={"note1": Note(text="here", position=(REACH, REACH))})
    design = groups.edited(design, ("group1",), lambda inner: replace(inner, view=inner.view.but(notes=view.notes)))
    apart = grouping.ungrouped(design.placed({"group1": (REACH, REACH)}), "group1")
    assert files.parse(files.dumps(apart)) == apart
    assert apart.view.notes["note1"].text == "here"


def test_that_blocks_of_a_group_without_places_get_some_outside() -> None:
    design = arrange.settled(Design(two_uses().network))
    after = grouping.ungrouped(design, "first")
    assert set(after.view.positions) == set(after.network.nodes)
