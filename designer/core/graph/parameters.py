"""A network with other parameters of a block, or another block in its place."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from designer.core.graph.block import Block, UnknownBlock
from designer.core.graph.messages import all_wrong
from designer.core.graph.network import Network, NetworkError, Node


def set_params(network: Network, block_id: str, **params: Any) -> Network:
    """Gives parameters new values; NetworkError names the block, the field and what was expected."""
    return replace_block(network, block_id, with_params(network.nodes[block_id], **params))


def with_params(node: Node, **params: Any) -> Block:
    """The block of a node with other parameters. NetworkError as of `set_params`."""
    if isinstance(node.block, UnknownBlock):
        raise NetworkError(f"the parameters of '{node.id}' cannot be edited: its kind is not known")
    try:
        return node.block.changed(**params)
    except ValidationError as error:
        what = all_wrong(error, {**type(node.block).model_fields, **node.block.form_fields()})
        raise NetworkError(f"{node.block.title} '{node.id}': {what}") from None


def replace_block(network: Network, block_id: str, block: Block) -> Network:
    """Another block in the same place; ports that it does not have are no longer connected."""
    node = network.nodes[block_id]
    count = len(block.input_ports)
    inputs = (*node.inputs[:count], *(None,) * (count - len(node.inputs)))
    changed = Node(block_id, block, inputs)
    if inputs != node.inputs or block.output_ports != node.block.output_ports:
        return Network.of(changed if other is node else other for other in network.nodes.values())
    return network.but((), (changed,))
