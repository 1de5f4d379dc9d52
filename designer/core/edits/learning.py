"""Edits of how blocks learn: whether they are frozen, and at what rate."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from designer.core.graph.block import HIGHEST_RATE, LEARNING, LOWEST_RATE, Block
from designer.core.graph.definition import Definition, GroupBlock
from designer.core.graph.design import Design
from designer.core.graph.network import AnyBlock, Network, Node, frozen_nodes
from designer.core.graph.parameters import with_params


def with_learning(design: Design, blocks: Collection[str], **values: Any) -> Design:
    """The design where these blocks have values of LEARNING, and with them those that share their weights.

    Raises NetworkError for a value that there cannot be.
    """
    return design.edit(lambda network: _with_learning(network, blocks, values))


def _with_learning(network: Network, blocks: Collection[str], values: dict[str, Any]) -> Network:
    chosen = set(blocks)
    shared = {network.nodes[name].block.shared_as for name in chosen} - {""}
    nodes = [node for name, node in network.nodes.items() if name in chosen or node.block.shared_as in shared]
    held = _as_held(nodes, values)
    return network.but((), [Node(node.id, _copied(node.block, held), node.inputs) for node in nodes])


def _as_held(nodes: Iterable[Node], values: dict[str, Any]) -> dict[str, Any]:
    """The values as every block holds them: they are checked once. Raises NetworkError."""
    for node in nodes:
        block = with_params(node, **values)
        return {name: getattr(block, name) for name in values}
    return {}


def _copied(block: AnyBlock, values: dict[str, Any]) -> AnyBlock:
    return block.model_copy(update=values) if isinstance(block, Block) else block


def unfrozen(network: Network) -> Network:
    """Nothing is frozen, whatever lies around it: inside groups neither."""
    return _Changing({"frozen": False}).network(network)


def plain(network: Network) -> Network:
    """All learns as usual, inside groups as well: what is left says which weights there are, and what is computed."""
    return _Changing({name: Block.model_fields[name].default for name in LEARNING}).network(network)


def same_but_learning(one: Network, other: Network) -> bool:
    """Whether two networks differ at most in how their blocks learn: they have the same weights then."""
    if one is other or dict(one.nodes) == dict(other.nodes):
        return True
    return one.nodes.keys() == other.nodes.keys() and dict(plain(one).nodes) == dict(plain(other).nodes)


def as_inside(use: GroupBlock, block: AnyBlock) -> AnyBlock:
    """A block that was inside a group as it learned there, to stand in the group's place."""
    if not isinstance(block, Block) or use.learning == (False, 1.0):
        return block
    factor = min(max(use.rate_factor * block.rate_factor, LOWEST_RATE), HIGHEST_RATE)
    return block.changed(frozen=use.frozen or block.frozen, rate_factor=factor)


class _Changing:
    """Gives all blocks of a network the same values, and those inside of its groups. What has them stays as it is."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values
        self._done: dict[str, Definition] = {}

    def network(self, network: Network) -> Network:
        nodes = {name: self._node(node) for name, node in network.nodes.items()}
        same = all(node is network.nodes[name] for name, node in nodes.items())
        return network if same else Network(frozen_nodes(nodes))

    def _node(self, node: Node) -> Node:
        block = node.block
        if not isinstance(block, Block):
            return node
        update = {name: value for name, value in self._values.items() if getattr(block, name) != value}
        if isinstance(block, GroupBlock):
            inside = self._definition(block.definition)
            update |= {"definition": inside} if inside is not block.definition else {}
        return Node(node.id, block.model_copy(update=update), node.inputs) if update else node

    def _definition(self, definition: Definition) -> Definition:
        if definition.name not in self._done:
            network = self.network(definition.network)
            same = network is definition.network
            self._done[definition.name] = definition if same else replace(definition, network=network)
        return self._done[definition.name]
