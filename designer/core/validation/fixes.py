"""One-click mends as edits: the forms that they take, whoever finds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from designer.core.edits import group_editing, network_edits
from designer.core.graph.block import Block
from designer.core.graph.messages import Fix
from designer.core.graph.network import Network, Node
from designer.core.schema.shape import sizes_text


def set_fix(block_id: str, name: str, value: Any, also: Mapping[str, Any] | None = None) -> Fix:
    """Gives a parameter a value, and others (`also`) what goes with it."""
    shown = sizes_text(value) if isinstance(value, tuple) else str(value)
    return Fix(
        f"Set {name} of '{block_id}' to {shown}",
        lambda design: design.edit(
            lambda net: network_edits.set_params(net, block_id, **{**(also or {}), name: value})
        ),
    )


def setting_fix(title: str, name: str, value: object) -> Fix:
    """Another value of a training setting."""
    return Fix(title, lambda design: replace(design, training=design.training.model_copy(update={name: value})))


def replace_fix(block_id: str, block: Block) -> Fix:
    """Another kind in the same place."""
    return Fix(
        f"Make '{block_id}' a {block.title}",
        lambda design: design.edit(lambda net: network_edits.replace_block(net, block_id, block)),
    )


def insert_fix(node: Node, blocks: tuple[Block, ...], port: int) -> Fix:
    """Blocks one behind the other in front of an input, which is named where there are several."""
    where = f" at input '{node.block.input_ports[port]}'" if len(node.sources) > 1 else ""

    def put(network: Network) -> Network:
        for block in blocks:
            network = network_edits.insert(network, block, node.id, port)
        return network

    return Fix(f"Insert {named(blocks)}{where}", lambda design: design.edit(put))


def named(blocks: Iterable[Block]) -> str:
    """Permute (2, 3, 1) and Reshape (28×84): with the main parameters, where they are not those of a new block."""
    return " and ".join(f"{block.title} ({block.details()})" if _is_set(block) else block.title for block in blocks)


def _is_set(block: Block) -> bool:
    return bool(block.details()) and block != type(block)()


def connect_fix(source: str, node: Node, port: int, through: tuple[Block, ...] = ()) -> Fix:
    """An edge from an output to an input, which is named where there are several; through new blocks, if there are."""
    where = f" at input '{node.block.input_ports[port]}'" if len(node.inputs) > 1 else ""

    def join(network: Network) -> Network:
        network = network_edits.connect(network, source, node.id, port)
        for block in through:
            network = network_edits.insert(network, block, node.id, port)
        return network

    way = f" through {named(through)}" if through else ""
    return Fix(f"Connect '{source}' to '{node.id}'{where}{way}", lambda design: design.edit(join), guess=True)


def new_source_fix(block: Block, node: Node, port: int) -> Fix:
    """A new Input, of the network or of a group, for an input that is free."""
    where = f" for input '{node.block.input_ports[port]}' of" if len(node.inputs) > 1 else " in front of"

    def add(network: Network) -> Network:
        name = network_edits.new_id(network, block.prefix)
        return network_edits.connect(network_edits.add(network, block, name), name, node.id, port)

    return Fix(f"Add {block.title}{where} '{node.id}'", lambda design: design.edit(add))


def keep_sizes_fix(names: Iterable[str]) -> Fix | None:
    """A padding that keeps the sizes, for blocks with windows that cut off the edges; None for no block."""
    cutting = list(names)
    if not cutting:
        return None

    def keep(before: Network) -> Network:
        for name in cutting:
            before = network_edits.set_params(before, name, padding_rule="same")
        return before

    told = f"'{cutting[0]}'" if len(cutting) == 1 else f"{len(cutting)} blocks"
    return Fix(f"Set padding_rule of {told} to same", lambda design: design.edit(keep))


def remove_fix(node: Node) -> Fix:
    """Without a block; where one value enters it, what took from it takes that."""
    return Fix(f"Remove '{node.id}'", lambda design: design.edit(lambda net: _without(net, node.id)), loses=True)


def _without(network: Network, block_id: str) -> Network:
    """Without a block, and closed up also where a merging block has only one value left."""
    given = [ref for ref in network.nodes[block_id].inputs if ref]
    if len(given) == 1:
        for consumer, port in network.consumers[block_id]:
            network = network_edits.connect(network, given[0], consumer, port)
    return network_edits.remove(network, [block_id])


def fix_inside(group: str, fix: Fix) -> Fix:
    """A mend of what is inside a group, as a mend of the design around it: it changes the group's definition."""
    title = fix.title if fix.inside else f"{fix.title}, inside"
    return replace(
        fix, title=title, apply=lambda design: group_editing.edited(design, (group,), fix.apply), inside=True
    )
