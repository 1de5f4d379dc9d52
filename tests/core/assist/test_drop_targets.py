"""Spots: what a block does where it is put, in edits, in words and in what it would give; and stacks that close up."""

from __future__ import annotations

from typing import Any

import pytest

from designer.core.assist import preview
from designer.core.assist.drop_targets import (
    Alone,
    Behind,
    Beside,
    InFront,
    Instead,
    Into,
    Spot,
    at_the_end,
    carried,
    carried_words,
)
from designer.core.assist.preview import Fit, Preview
from designer.core.edits import network_edits as edits
from designer.core.edits import placed_edits as arrange
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError
from designer.core.inference.infer import infer
from designer.core.layout.placement import COLUMN, ROW
from designer.core.storage import files
from designer.core.storage.resources import example
from tests.helpers import block, chain, dense, input_of, output_for


@pytest.fixture
def cnn() -> Design:
    """input, conv1, pool1, conv2, pool2, conv3, flatten, dense1, dense2, output, one below the other."""
    return arrange.settled(files.read(example("mnist_cnn")))


@pytest.fixture
def stack() -> Design:
    return stacked(chain(input_of(8), dense(6, "dense1"), dense(4, "dense2"), dense(3, "dense3"), output_for()))


def stacked(network: Network) -> Design:
    return arrange.settled(Design(network))


def inputs(design: Design) -> dict[str, tuple[str | None, ...]]:
    return {node.id: node.inputs for node in design.network.nodes.values()}


def rows(design: Design) -> dict[str, float]:
    return {name: y for name, (_, y) in design.view.positions.items()}


def tried(design: Design, kind: str, spot: Spot, **params: Any) -> Preview:
    return preview.of_new(design, infer(design.network), block(kind, **params), spot)


def test_that_a_block_goes_into_an_edge_and_what_is_below_makes_room(stack: Design) -> None:
    after, name = Into("dense2").put(stack, block("dropout"))
    assert name == "dropout1"
    assert inputs(after)["dropout1"] == ("dense1",)
    assert inputs(after)["dense2"] == ("dropout1",)
    assert rows(after)["dropout1"] == rows(stack)["dense2"]
    assert rows(after)["output"] == rows(stack)["output"] + ROW


def test_that_nothing_moves_where_there_is_room_for_what_goes_into_an_edge(stack: Design) -> None:
    wide = stack.moved(["dense2", "dense3", "output"], 0, ROW)
    after, name = Into("dense2").put(wide, block("dropout"))
    assert {key: y for key, y in rows(after).items() if key != name} == rows(wide)
    assert rows(after)[name] == rows(wide)["dense2"] - ROW


def test_that_a_replaced_block_hands_on_its_edges_its_place_and_what_the_kinds_share(cnn: Design) -> None:
    before = cnn.edit(lambda net: edits.set_params(net, "conv2", out_channels=7, kernel_size=5))
    after, name = Instead("conv2").put(before, block("conv_transpose2d", kernel_size=2))
    assert name == "conv2"
    new = after.network.nodes["conv2"].block
    assert (new.out_channels, new.kernel_size, new.activation) == (7, (2, 2), "relu")
    assert inputs(after)["conv2"] == ("pool1",)
    assert after.view.positions == before.view.positions


def test_that_a_name_given_by_the_kind_goes_with_it_and_one_given_by_a_person_stays(cnn: Design) -> None:
    after, name = Instead("conv2").put(cnn, block("avg_pool2d"))
    assert name == "pool3"
    assert inputs(after)["pool2"] == ("pool3",)
    assert "conv2" not in after.network.nodes
    named = arrange.renamed(cnn, "conv2", "stem")
    assert Instead("stem").put(named, block("avg_pool2d"))[1] == "stem"


def test_that_a_replaced_recurrent_block_keeps_the_output_that_is_taken() -> None:
    net = edits.connect(
        chain(input_of(None, 3), ("lstm", "lstm1"), ("gru", "gru1"), dense(4)), "lstm1.sequence", "gru1"
    )
    after, name = Instead("lstm1").put(stacked(net), block("rnn"))
    assert inputs(after)["gru1"][0] == f"{name}.sequence"
    after, name = Instead("lstm1").put(stacked(net), block("masking"))
    assert inputs(after)["gru1"][0] == name


def test_that_merging_blocks_replace_each_other_with_all_their_inputs() -> None:
    net = edits.add(chain(input_of(4), dense(4, "dense1"), dense(4, "dense2")), block("add", count=3))
    for port, source in enumerate(("dense1", "dense2", "input")):
        net = edits.connect(net, source, "add1", port)
    after, name = Instead("add1").put(stacked(net), block("concatenate"))
    assert inputs(after)[name] == ("dense1", "dense2", "input")


def test_that_a_block_beside_others_takes_an_output_and_nothing_away(stack: Design) -> None:
    after, name = Beside("dense1").put(stack, block("output"))
    assert inputs(after)[name] == ("dense1",)
    assert inputs(after)["dense2"] == ("dense1",)
    assert after.view.positions[name] == (stack.view.positions["dense2"][0] + COLUMN, rows(stack)["dense2"])


def test_that_a_block_goes_in_front_of_a_free_input_or_into_its_edge(stack: Design) -> None:
    loose = stack.edit(lambda net: edits.disconnect(net, "dense2"))
    after, name = InFront("dense2").put(loose, block("input"))
    assert inputs(after)["dense2"] == (name,)
    after, name = InFront("dense2").put(stack, block("dropout"))
    assert (inputs(after)[name], inputs(after)["dense2"]) == (("dense1",), (name,))


def test_that_the_end_is_in_front_of_what_nothing_can_follow(stack: Design) -> None:
    after, name = at_the_end(stack.network).put(stack, block("dropout"))
    assert inputs(after)["output"] == (name,)
    assert at_the_end(Network()) == Alone()


@pytest.mark.parametrize(
    ("kind", "spot", "words"),
    [
        ("dropout", Into("pool1"), "Insert Dropout between conv1 and pool1"),
        ("max_pool2d", Instead("conv1"), "Replace conv1 by MaxPool2d"),
        ("dropout", Behind("conv1"), "Insert Dropout between conv1 and pool1"),
        ("dropout", Behind("output"), "Insert Dropout between dense2 and output"),
        ("output", Behind("conv1"), "Add Output behind conv1"),
        ("output", Beside("dense1"), "Connect Output behind dense1, as one more branch"),
        ("dropout", Alone((0.0, 0.0)), "Add Dropout on its own"),
    ],
)
def test_that_a_spot_says_what_it_does(cnn: Design, kind: str, spot: Spot, words: str) -> None:
    assert spot.words(cnn.network, block(kind)) == words
    assert spot.suits(cnn.network, block(kind))
    after, name = spot.put(cnn, block(kind))
    assert name in after.network.nodes


@pytest.mark.parametrize(
    ("kind", "spot"),
    [("input", Into("pool1")), ("output", Instead("conv1")), ("input", Behind("conv1")), ("dropout", InFront("input"))],
)
def test_that_a_block_without_the_ports_for_a_spot_does_not_suit_it(cnn: Design, kind: str, spot: Spot) -> None:
    found = tried(cnn, kind, spot)
    assert not found.allowed
    assert found.problem


def test_that_a_preview_gives_the_shape_the_problem_or_the_input_that_waits(cnn: Design) -> None:
    assert tried(cnn, "max_pool2d", Behind("conv1")).shape == "32×13×13"
    wrong = tried(cnn, "dense", Behind("conv1"))
    assert "takes features" in wrong.problem
    assert wrong.allowed
    assert tried(cnn, "add", Behind("conv1")).waits == "2"
    behind = tried(cnn, "flatten", Behind("conv1"))
    assert behind.shape == "21632"
    assert "'pool1' takes images" in behind.problem
    assert cnn == arrange.settled(files.read(example("mnist_cnn")))


def test_that_a_kind_in_a_list_is_tried_by_its_own_rule_alone(cnn: Design) -> None:
    found = infer(cnn.network)
    assert preview.fit(found, block("max_pool2d"), ("conv1",)) == Fit(shape="32×13×13")
    assert preview.fit(found, block("dense"), ("conv1",)).reason == "takes features (N×F), not images"
    assert preview.fit(found, block("add"), ("conv1", None)) == Fit()
    assert preview.fit(found, block("input"), ()) == Fit(shape="1×28×28")


def test_that_a_stack_closes_up_where_a_block_leaves_it(stack: Design) -> None:
    after = arrange.removed(stack, ["dense2"])
    assert rows(after)["dense3"] == rows(stack)["dense2"]
    assert rows(after)["output"] == rows(stack)["dense3"]
    after = arrange.removed(stack, ["dense1", "dense3"])
    assert [rows(after)[name] for name in ("input", "dense2", "output")] == [0, ROW, 2 * ROW]


def test_that_a_deep_network_with_many_ways_through_it_is_removed_at_once() -> None:
    net = chain(input_of(4))
    last = "input"
    for number in range(1, 41):
        net = edits.connect(edits.add(net, block("dense", out_features=4)), last, f"dense{number}")
        net = edits.connect(edits.add(net, block("average")), last, f"average{number}", 0)
        net = edits.connect(net, f"dense{number}", f"average{number}", 1)
        last = f"average{number}"
    design = stacked(net)
    names = [name for name in net.nodes if name != "input"]
    assert set(arrange.removed(design, names).network.nodes) == {"input"}
    assert len(arrange.removed(design, names[2:]).network.nodes) == 3


def test_that_no_row_is_closed_that_another_branch_needs() -> None:
    net = chain(input_of(4), dense(4, "dense1"), dense(4, "dense2"))
    net = edits.connect(edits.add(net, block("dense")), "input", "dense3")
    net = edits.connect(edits.connect(edits.add(net, block("add")), "dense2", "add1", 0), "dense3", "add1", 1)
    places = {"input": (0.0, 0.0), "dense1": (0.0, 72.0), "dense2": (0.0, 144.0), "dense3": (264.0, 72.0)}
    design = Design(net).placed({**places, "add1": (132.0, 216.0)})
    assert rows(arrange.removed(design, ["dense1"]))["dense2"] == 72
    low = design.placed({"dense3": (600.0, 144.0)})  # far enough beside to cover nothing
    assert rows(arrange.removed(low, ["dense1"]))["add1"] == 216


def test_that_nothing_moves_onto_a_card_that_stands_in_the_way(stack: Design) -> None:
    x, y = stack.view.positions["dense2"]
    blocked = stack.edit(lambda net: edits.add(net, block("dropout"))).placed({"dropout1": (x + 40, y)})
    assert rows(arrange.removed(blocked, ["dense2"]))["dense3"] == rows(stack)["dense3"]


def test_that_a_block_that_leaves_its_chain_stands_beside_it(stack: Design) -> None:
    after = arrange.taken_out(stack, ["dense2"])
    assert inputs(after)["dense2"] == (None,)
    assert inputs(after)["dense3"] == ("dense1",)
    assert rows(after)["dense3"] == rows(stack)["dense2"]
    assert after.view.positions["dense2"] == (stack.view.positions["dense2"][0] + COLUMN, rows(stack)["dense2"])
    both = arrange.taken_out(stack, ["dense2", "dense3"])
    assert (inputs(both)["dense3"], inputs(both)["output"]) == (("dense2",), ("dense1",))
    with pytest.raises(NetworkError, match="nothing is connected to it"):
        arrange.taken_out(after, ["dense2"])


def test_that_a_carried_block_keeps_its_name_and_parameters(cnn: Design) -> None:
    after = carried(cnn, "pool1", Into("dense1"))
    assert inputs(after)["pool1"] == ("flatten",)
    assert inputs(after)["conv2"] == ("conv1",)
    assert after.network.nodes["pool1"].block == cnn.network.nodes["pool1"].block
    assert sorted(rows(after).values()) == sorted(rows(cnn).values())
    assert carried(cnn, "pool1", Into("pool1")) == cnn
    assert carried_words(cnn.network, "pool1", Into("dense1")) == "Move pool1 between flatten and dense1"
    assert carried_words(cnn.network, "pool1", Instead("conv2")) == "Replace conv2 by pool1"
    assert carried_words(cnn.network, "pool1", Alone((0.0, 0.0))) == "Take pool1 out of its chain"
    assert carried(cnn, "pool1", Instead("conv2")).network.nodes["pool1"].inputs == ("conv1",)
    with pytest.raises(NetworkError):
        carried(cnn, "output", Into("conv2"))
