"""The edges that could be made at a block."""

from __future__ import annotations

import pytest

from designer.core.assist.connection_candidates import Join, joins
from designer.core.edits import group_editing as groups
from designer.core.edits import network_edits as edits
from designer.core.graph.block import UnknownBlock
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError, Node, block_of
from designer.core.inference.infer import infer
from designer.core.layout.placement import complete
from designer.core.storage.files import read
from designer.core.storage.resources import example
from tests.helpers import chain, input_of


def at(design: Design, block_id: str) -> list[Join]:
    return joins(infer(design.network), complete(design.network, dict(design.view.positions)), block_id)


def test_that_every_edge_that_is_offered_can_be_made_and_no_other(cnn_example: Design) -> None:
    offered = {(join.source, join.target, join.port) for join in at(cnn_example, "pool1")}
    possible = set()
    for source in cnn_example.network.nodes:
        for node in cnn_example.network.nodes.values():
            for port in range(len(node.inputs)):
                if "pool1" not in (source, node.id) or node.inputs[port] == source:
                    continue
                try:
                    edits.connect(cnn_example.network, source, node.id, port)
                except NetworkError:
                    continue
                possible.add((source, node.id, port))
    assert offered == possible


def test_that_the_shape_is_told_or_why_it_does_not_fit(cnn_example: Design) -> None:
    found = {(block_of(join.source), join.target): join.fit for join in at(cnn_example, "conv1")}
    assert found["conv1", "conv2"].shape == "64×24×24"
    assert "Dense" not in found["conv1", "dense1"].reason
    assert found["conv1", "dense1"].reason
    assert found["conv1", "dense1"].shape == ""


def test_that_free_ports_that_fit_come_first_and_then_what_lies_near(cnn_example: Design) -> None:
    loose = cnn_example.edit(lambda net: edits.disconnect(net, "dense2"))
    found = at(loose, "dense1")
    assert (found[0].source, found[0].target, found[0].taken) == ("dense1", "dense2", None)
    reasons = [bool(join.fit.reason) for join in found]
    assert reasons == sorted(reasons)


def test_that_a_full_merging_block_takes_one_more() -> None:
    design = groups.opened(read(example("digits_inception")), ("inception1",))
    target = next(node for node in design.network.nodes.values() if edits.takes_more(node))
    others = [join for join in at(design, target.id) if join.target == target.id and join.port == len(target.inputs)]
    assert others
    assert others[0].port_name(design.network) == "another"
    with_one = edits.connect_more(design.network, others[0].source, target.id)
    assert with_one.nodes[target.id].inputs == (*target.inputs, others[0].source)


@pytest.mark.parametrize("block_id", ["input", "output"])
def test_that_an_end_is_joined_on_its_one_side(cnn_example: Design, block_id: str) -> None:
    sides = {join.target == block_id for join in at(cnn_example, block_id)}
    assert sides == {block_id == "output"}


def test_that_ports_of_an_unknown_kind_are_told_by_their_numbers() -> None:
    unknown = Node("odd", UnknownBlock("odd_kind", {}), ("input", None))
    network = Network.of([*chain(input_of(1, 12, 12), "flatten").nodes.values(), unknown])
    places = complete(network, {})
    names = [join.port_name(network) for join in joins(infer(network), places, "flatten") if join.target == "odd"]
    assert names == ["2", "1"]
