"""What is known of a network after an edit is the same as what would be found of it anew."""

from __future__ import annotations

import random

import pytest

from designer.core.edits import network_edits as edits
from designer.core.graph.network import Network, NetworkError, Node
from designer.core.graph.registry import kinds
from designer.core.storage import files
from designer.core.storage.resources import example, examples


def as_known(network: Network) -> tuple[object, object]:
    return dict(network.consumers), {kind: list(nodes) for kind, nodes in network.by_kind.items()}


def an_edit(network: Network, chance: random.Random) -> Network:
    names = list(network.nodes)
    some = chance.sample(names, min(len(names), chance.randint(1, 3)))
    match chance.randrange(4):
        case 0:
            return edits.remove(network, some)
        case 1:
            return edits.append(network, kinds()["dropout"](), some[0])
        case 2:
            return edits.connect(network, some[0], some[-1])
        case _:
            node = network.nodes[some[0]]
            return network.but((), [Node(node.id, node.block, (None, *node.inputs[1:]) if node.inputs else ())])


@pytest.mark.parametrize("name", [path.name.partition(".")[0] for path in examples()])
def test_that_consumers_and_kinds_that_an_edit_takes_along_are_those_of_the_network(name: str) -> None:
    first, chance, compared = files.read(example(name)).network, random.Random(name), 0
    for _ in range(20):
        network = first
        while len(network.nodes) > 2:
            as_known(network)
            try:
                network = an_edit(network, chance)
            except NetworkError:
                continue
            assert as_known(network) == as_known(Network(network.nodes))
            compared += 1
            if chance.random() < 0.1:
                break
    assert compared > 50
