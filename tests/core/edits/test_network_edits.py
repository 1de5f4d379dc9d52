"""Edits: each gives a new network, leaves the old one as it was, and refuses what would not be a network."""

from __future__ import annotations

import pytest

from designer.core.edits import network_edits as edits
from designer.core.graph.block import UnknownBlock
from designer.core.graph.network import Network, NetworkError, Node
from tests.helpers import block, chain, dense, input_of, output_for


@pytest.fixture
def network() -> Network:
    return chain(input_of(8), dense(6, "dense1"), dense(4, "dense2"), dense(3, "dense3"), output_for())


def sources(network: Network) -> dict[str, tuple[str | None, ...]]:
    return {node.id: node.inputs for node in network.nodes.values()}


def test_that_an_added_block_is_connected_to_nothing_and_gets_the_first_free_name(network):
    after = edits.add(network, block("dense"))
    assert after.nodes["dense4"].inputs == (None,)
    assert "dense4" not in network.nodes
    assert edits.add(edits.remove(network, ["dense2"]), block("dense")).nodes["dense2"].inputs == (None,)


def test_that_a_merging_block_takes_one_value_more_where_none_of_its_ports_is_free(network):
    full = edits.connect(edits.add(network, block("add")), "dense1", "add1", 0)
    assert not edits.takes_more(full.nodes["add1"])
    full = edits.connect(full, "dense2", "add1", 1)
    assert edits.takes_more(full.nodes["add1"])
    assert not edits.takes_more(full.nodes["dense1"])
    after = edits.connect_more(full, "dense3", "add1")
    assert after.nodes["add1"].inputs == ("dense1", "dense2", "dense3")
    full = edits.set_params(full, "add1", count=16)
    for port in range(16):
        full = edits.connect(full, "dense3", "add1", port)
    with pytest.raises(NetworkError, match="count"):
        edits.connect_more(full, "dense3", "add1")


def test_that_input_and_output_are_named_without_a_number_once():
    network = edits.add(edits.add(Network(), block("input")), block("input"))
    assert list(network.nodes) == ["input", "input1"]
    assert list(edits.add(Network(), block("output")).nodes) == ["output"]


def test_that_adding_under_a_name_that_is_taken_is_refused(network):
    with pytest.raises(NetworkError, match="two blocks are called 'dense1'"):
        edits.add(network, block("dense"), "dense1")


@pytest.mark.parametrize(
    "name", ["1st", "_x", "a b", "e\u0301", "class", "卷 积", "卷-积", "۱a", "😀", "a" * 65, "x\n", "a-b", "a.b"]
)
def test_that_names_that_no_python_attribute_may_have_are_refused(network, name):
    with pytest.raises(NetworkError, match="is not a block name"):
        edits.add(network, block("dense"), name)
    with pytest.raises(NetworkError, match="is not a block name"):
        edits.rename(network, "dense1", name)


@pytest.mark.parametrize("name", ["é", "größe", "卷积", "卷积层1", "слой_2", "ベース", "층"])
def test_that_a_name_may_have_letters_of_any_script(network, name):
    named = edits.rename(network, "dense1", name)
    assert name in named.nodes
    assert edits.rename(named, name, "dense1") == network


def test_that_append_goes_between_a_block_and_all_that_took_from_it(network):
    branched = edits.connect(edits.add(network, block("dense"), "side"), "dense1", "side")
    after = edits.append(branched, block("dropout"), "dense1")
    assert after.nodes["dropout1"].inputs == ("dense1",)
    assert after.nodes["dense2"].inputs == ("dropout1",)
    assert after.nodes["side"].inputs == ("dropout1",)


def test_that_an_appended_output_takes_nothing_away(network):
    after = edits.append(network, block("output"), "dense2")
    assert after.nodes["output1"].inputs == ("dense2",)
    assert after.nodes["dense3"].inputs == ("dense2",)


def test_that_nothing_can_follow_an_output_and_an_input_follows_nothing(network):
    with pytest.raises(NetworkError, match="nothing can follow 'output'"):
        edits.append(network, block("dense"), "output")
    with pytest.raises(NetworkError, match="Input has no input: it cannot follow 'dense1'"):
        edits.append(network, block("input"), "dense1")


def test_that_insert_goes_into_one_edge_only(network):
    branched = edits.connect(edits.add(network, block("dense"), "side"), "dense1", "side")
    after = edits.insert(branched, block("dropout"), "dense2")
    assert after.nodes["dropout1"].inputs == ("dense1",)
    assert after.nodes["dense2"].inputs == ("dropout1",)
    assert after.nodes["side"].inputs == ("dense1",)


def test_that_insert_before_an_open_port_leaves_the_new_block_open():
    network = edits.add(Network(), block("dense"))
    after = edits.insert(network, block("dropout"), "dense1")
    assert sources(after) == {"dropout1": (None,), "dense1": ("dropout1",)}


@pytest.mark.parametrize("kind", ["input", "output"])
def test_that_the_ends_of_a_network_cannot_be_inserted(network, kind):
    with pytest.raises(NetworkError, match="cannot go between two blocks"):
        edits.insert(network, block(kind), "dense2")


def test_that_remove_closes_the_gap(network):
    assert sources(edits.remove(network, ["dense2"]))["dense3"] == ("dense1",)


def test_that_remove_closes_the_gap_over_several_blocks_at_once(network):
    after = edits.remove(network, ["dense3", "dense1", "dense2"])
    assert sources(after) == {"input": (), "output": ("input",)}


def test_that_removing_the_first_block_leaves_the_next_one_open(network):
    assert sources(edits.remove(network, ["input"]))["dense1"] == (None,)
    assert sources(edits.remove(network, ["input", "dense1"]))["dense2"] == (None,)


def test_that_remove_keeps_what_it_does_not_touch_as_the_same_objects(network):
    after = edits.remove(network, ["dense2"])
    assert after.nodes["dense1"] is network.nodes["dense1"]
    assert after.nodes["output"] is network.nodes["output"]
    assert "dense2" in network.nodes


def test_that_connect_replaces_the_edge_that_was_there(network):
    assert sources(edits.connect(network, "dense1", "dense3"))["dense3"] == ("dense1",)


@pytest.mark.parametrize(("source", "target"), [("dense3", "dense1"), ("dense2", "dense2"), ("dense2", "dense1")])
def test_that_connect_refuses_cycles(network, source, target):
    with pytest.raises(NetworkError, match=f"'{source}' depends on '{target}': the edge would close a circle"):
        edits.connect(network, source, target)


def test_that_connect_refuses_ports_that_are_not_there(network):
    with pytest.raises(NetworkError, match="'output' has no output to connect"):
        edits.connect(network, "output", "dense1")
    with pytest.raises(NetworkError, match="'input' has no input port 0"):
        edits.connect(network, "dense1", "input")
    with pytest.raises(NetworkError, match="'dense1' has no input port -1"):
        edits.connect(network, "input", "dense1", -1)


def test_that_disconnect_opens_a_port(network):
    assert sources(edits.disconnect(network, "dense2"))["dense2"] == (None,)


def test_that_rename_changes_the_name_everywhere_and_keeps_the_order(network):
    after = edits.rename(network, "dense2", "hidden")
    assert list(after.nodes) == ["input", "dense1", "hidden", "dense3", "output"]
    assert after.nodes["dense3"].inputs == ("hidden",)
    assert after.nodes["hidden"].block is network.nodes["dense2"].block


def test_that_rename_to_another_blocks_name_is_refused(network):
    with pytest.raises(NetworkError, match="there is already a block called 'dense3'"):
        edits.rename(network, "dense2", "dense3")
    assert sources(edits.rename(network, "dense2", "dense2")) == sources(network)


def test_that_set_params_changes_one_block_and_keeps_its_other_parameters():
    network = chain(input_of(8), dense(6, activation="relu"))
    after = edits.set_params(network, "dense1", out_features=9)
    assert after.nodes["dense1"].block == block("dense", out_features=9, activation="relu")
    assert after.nodes["input"] is network.nodes["input"]
    assert network.nodes["dense1"].block == block("dense", out_features=6, activation="relu")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"out_features": 0}, "Dense 'dense1': out_features: expected a whole number from 1 to 65,536, got 0"),
        ({"out_features": True}, "Dense 'dense1': out_features: expected a whole number from 1 to 65,536, got True"),
        ({"out_features": 1.0}, "Dense 'dense1': out_features: expected a whole number from 1 to 65,536, got 1.0"),
        ({"units": 3}, "Dense 'dense1': units: there is no such field"),
        ({"bias": "yes"}, "Dense 'dense1': bias: expected true or false, got 'yes'"),
    ],
)
def test_that_errors_of_set_params_name_block_field_and_what_was_expected(network, params, message):
    with pytest.raises(NetworkError) as caught:
        edits.set_params(network, "dense1", **params)
    assert str(caught.value) == message


def test_that_errors_of_set_params_tell_of_every_wrong_field(network):
    with pytest.raises(NetworkError, match=r"out_features: .*; bias: "):
        edits.set_params(network, "dense1", out_features=0, bias=3)


def test_that_a_pair_may_be_one_number_or_two():
    network = chain(input_of(3, 9, 9), ("conv2d", "conv1"))
    assert edits.set_params(network, "conv1", kernel_size=5).nodes["conv1"].block.kernel_size == (5, 5)
    assert edits.set_params(network, "conv1", kernel_size=(1, 3)).nodes["conv1"].block.kernel_size == (1, 3)
    with pytest.raises(NetworkError, match=r"Conv2d 'conv1': kernel_size: expected 1 to 1024, got 0"):
        edits.set_params(network, "conv1", kernel_size=(3, 0))


def test_that_the_parameters_of_an_unknown_block_cannot_be_edited():
    network = Network.of([Node("later", UnknownBlock("attention", {"heads": 8}), (None,))])
    with pytest.raises(NetworkError, match="'later' cannot be edited"):
        edits.set_params(network, "later", heads=4)


def test_that_unknown_blocks_can_be_added_renamed_and_removed():
    network = edits.add(Network(), UnknownBlock("attention", {"heads": 8}))
    renamed = edits.rename(network, "block1", "later")
    assert renamed.nodes["later"].block.params() == {"heads": 8}
    assert not edits.remove(renamed, ["later"]).nodes


def test_that_a_network_puts_sources_before_consumers_whatever_the_order_given(network):
    backwards = Network.of(reversed(list(network.nodes.values())))
    assert list(backwards.nodes) == list(network.nodes)


def test_that_blocks_keep_their_order_where_sources_come_first_already():
    names = ["input", "b", "b2", "a", "a2", "add1", "output"]
    sources = {"b": ("input",), "b2": ("b",), "a": ("input",), "a2": ("a",), "add1": ("a2", "b2"), "output": ("add1",)}
    kinds = {"input": "input", "add1": "add", "output": "output"}
    network = Network.of(Node(name, block(kinds.get(name, "dense")), sources.get(name, ())) for name in names)
    assert list(network.nodes) == names
    inserted = edits.insert(network, block("dropout"), "a2")
    assert list(inserted.nodes) == ["input", "b", "b2", "a", "dropout1", "a2", "add1", "output"]


def test_that_upstream_and_downstream_include_the_block_itself(network):
    assert network.downstream("dense2") == {"dense2", "dense3", "output"}
    assert network.upstream("dense2") == {"dense2", "dense1", "input"}


def test_that_the_nodes_of_a_network_cannot_be_changed(network):
    with pytest.raises(TypeError):
        network.nodes["dense1"] = network.nodes["dense2"]
    with pytest.raises(AttributeError):
        network.nodes["dense1"].id = "other"
