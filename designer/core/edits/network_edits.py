"""Pure functions from one Network to the next. Each raises NetworkError where the result would not be one."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from designer.core.graph.block import Block, UnknownBlock
from designer.core.graph.network import (
    AnyBlock,
    Network,
    NetworkError,
    Node,
    block_of,
    check_id,
    port_of,
    ref_to,
    with_block,
)
from designer.core.graph.parameters import replace_block as replace_block
from designer.core.graph.parameters import set_params as set_params
from designer.core.graph.roles import SeveralInputs


def new_id(network: Network, prefix: str) -> str:
    """The first free name among conv1, conv2, …; input and output do without a number where they can."""
    return free_name(network.nodes, prefix)


def free_name(taken: Container[str], prefix: str) -> str:
    """The same, where `taken` are the names that there are."""
    if prefix in ("input", "output") and prefix not in taken:
        return prefix
    number = 1
    while f"{prefix}{number}" in taken:
        number += 1
    return f"{prefix}{number}"


def prefix_of(block: AnyBlock) -> str:
    """What names of blocks of this kind start with."""
    return "block" if isinstance(block, UnknownBlock) else block.prefix


def add(network: Network, block: AnyBlock, block_id: str | None = None) -> Network:
    """Puts a block in, connected to nothing."""
    name = block_id or new_id(network, prefix_of(block))
    return Network.of([*network.nodes.values(), Node(name, block, (None,) * len(block.input_ports))])


def append(network: Network, block: AnyBlock, after: str) -> Network:
    """Puts a block behind an output of another one; what took its input from that takes it from the new one."""
    name = new_id(network, prefix_of(block))
    if not network.nodes[block_of(after)].block.output_ports:
        raise NetworkError(f"nothing can follow '{after}': it has no output")
    if not block.inputs:
        raise NetworkError(f"{block.title} has no input: it cannot follow '{after}'")
    node = Node(name, block, (after, *(None,) * (len(block.input_ports) - 1)))
    if not block.output_ports:
        return Network.of([*network.nodes.values(), node])
    rewired = [_with_source(old, after, name) for old in network.nodes.values()]
    return Network.of([*rewired, node])


def insert(network: Network, block: AnyBlock, target: str, port: int = 0) -> Network:
    """Puts a block into the edge that ends at an input port of `target`."""
    if not block.inputs or not block.output_ports:
        raise NetworkError(f"{block.title} cannot go between two blocks")
    name = new_id(network, prefix_of(block))
    source = network.nodes[target].taken_at(port)
    node = Node(name, block, (source, *(None,) * (len(block.input_ports) - 1)))
    taker = _with_inputs(network.nodes[target], {port: name})
    return network.with_before(node, taker)


def remove(network: Network, block_ids: Iterable[str]) -> Network:
    """Takes blocks out and closes the gap: what took from a block with one input takes from that input's source."""
    gone = set(block_ids)
    stand_in: dict[str, str | None] = {}
    for node in network.nodes.values():
        if node.id in gone:
            source = next((ref for ref in node.inputs if ref), None) if has_one_way(node) else None
            stand_in[node.id] = _standing_in(source, stand_in)
    takers = {taker for name in stand_in for taker, _ in network.consumers[name]} - gone
    rewired = [network.nodes[name] for name in takers]
    return network.but(
        gone, (Node(node.id, node.block, tuple(_standing_in(ref, stand_in) for ref in node.inputs)) for node in rewired)
    )


def has_one_way(node: Node) -> bool:
    """Whether one value goes through: optional ports that are free do not count."""
    return len(node.inputs) == 1 or (bool(node.block.optional) and len(node.sources) == 1)


def _standing_in(ref: str | None, stand_in: dict[str, str | None]) -> str | None:
    return ref if ref is None else stand_in.get(block_of(ref), ref)


def connect(network: Network, source: str, target: str, port: int = 0) -> Network:
    """Lets an input port of `target` take from an output, instead of what it took from before."""
    node = network.nodes[target]
    if not 0 <= port < len(node.inputs):
        raise NetworkError(f"'{target}' has no input port {port}")
    if not network.nodes[block_of(source)].block.output_ports:
        raise NetworkError(f"'{source}' has no output to connect")
    if block_of(source) in network.downstream(target):
        raise NetworkError(f"'{source}' depends on '{target}': the edge would close a circle")
    return _with_node(network, _with_inputs(node, {port: source}))


def disconnect(network: Network, target: str, port: int = 0) -> Network:
    """Takes the edge away that ends at an input port."""
    node = network.nodes[target]
    node.taken_at(port)
    return _with_node(network, _with_inputs(node, {port: None}))


def connect_more(network: Network, source: str, target: str) -> Network:
    """Lets a block that takes any number of values take one more, where all of its ports are connected."""
    ports = len(network.nodes[target].inputs)
    return connect(set_params(network, target, count=ports + 1), source, target, ports)


def takes_more(node: Node) -> bool:
    """Whether a block takes any number of values, and has no port left."""
    return isinstance(node.block, SeveralInputs) and None not in node.inputs


def exchange(network: Network, block_id: str, block: Block) -> tuple[Network, str]:
    """A block of another kind in the place of one, and its name.

    A name that a person gave stays, and so does one that blocks of the new kind may have; `conv1` does not become the
    name of a pooling. Edges stay as far as there are ports: by their names, else the first ones.
    """
    node = network.nodes[block_id]
    old = prefix_of(node.block)
    given = re.fullmatch(rf"{re.escape(old)}\d*", block_id) is None
    name = block_id if given or old == block.prefix else new_id(network, block.prefix)
    inputs = inputs_for(node, block)

    def followed(ref: str | None) -> str | None:
        if ref is None or block_of(ref) != block_id:
            return ref
        if not block.output_ports:
            return None
        port = port_of(ref, node.block)
        return ref_to(name, block, port if port in block.output_ports else block.output_ports[0])

    nodes = [
        Node(name, block, inputs)
        if other is node
        else Node(other.id, other.block, tuple(map(followed, other.inputs)))
        if block_id in other.sources
        else other
        for other in network.nodes.values()
    ]
    return Network.of(nodes), name


def inputs_for(node: Node, block: Block) -> tuple[str | None, ...]:
    """What another block in the place of one takes: by the ports' names where all are there, else in their order."""
    taken = dict(zip(node.block.input_ports, node.inputs, strict=False))
    if all(port in block.input_ports for port, ref in taken.items() if ref):
        return tuple(taken.get(port) for port in block.input_ports)
    refs = [ref for ref in node.inputs if ref][: len(block.input_ports)]
    return (*refs, *(None,) * (len(block.input_ports) - len(refs)))


def rename(network: Network, old: str, new: str) -> Network:
    """Gives a block another name, everywhere it is named."""
    check_id(new)
    if new != old and new in network.nodes:
        raise NetworkError(f"there is already a block called '{new}'")
    _ = network.nodes[old]
    renamed = []
    for node in network.nodes.values():
        inputs = tuple(with_block(ref, new) if ref and block_of(ref) == old else ref for ref in node.inputs)
        same = node.id != old and inputs == node.inputs
        renamed.append(node if same else Node(new if node.id == old else node.id, node.block, inputs))
    return Network.of(renamed)


def _with_source(node: Node, old: str, new: str) -> Node:
    if old not in node.inputs:
        return node
    return Node(node.id, node.block, tuple(new if source == old else source for source in node.inputs))


def _with_inputs(node: Node, changes: dict[int, str | None]) -> Node:
    return Node(node.id, node.block, tuple(changes.get(port, source) for port, source in enumerate(node.inputs)))


def _with_node(network: Network, changed: Node) -> Network:
    return Network.of(changed if other.id == changed.id else other for other in network.nodes.values())
