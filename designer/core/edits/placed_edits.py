"""Edits of a design that put a block into the network and onto the canvas at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import replace

from pydantic import ValidationError

from designer.core.edits import network_edits
from designer.core.edits.gap_closing import closed_up, covers_any
from designer.core.edits.inline_groups import box_of, boxes, closed
from designer.core.graph.block import Block, ShapeError
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError, Node, block_of, port_of, ref_to
from designer.core.graph.settings import Position
from designer.core.inference.infer import Result, infer
from designer.core.layout.placement import CARD_HEIGHT, COLUMN, ROW, complete, free_place


def settled(design: Design) -> Design:
    """The design with a place for every block."""
    return design.placed(complete(design.network, dict(design.view.positions)))


def added_at(design: Design, block: Block, place: Position) -> Design:
    """A block on its own at a place."""
    return _changed(design, lambda net: network_edits.add(net, block), place)


def inserted(design: Design, block: Block, target: str, port: int = 0) -> Design:
    """A block in the edge that ends at `target`, right above it; what lies downstream makes room if need be."""
    source = design.network.nodes[target].taken_at(port)
    x, y = design.view.positions[target]
    places = design.view.positions
    above = box_of(design, block_of(source)).bottom if source and block_of(source) in places else y
    if y - above >= 2 * ROW - CARD_HEIGHT and free_place(dict(places), x, y - ROW) == (x, y - ROW):
        return _changed(design, lambda net: network_edits.insert(net, block, target, port), (x, y - ROW))
    roomy = design.moved(design.network.downstream(target), 0.0, ROW)
    return _changed(roomy, lambda net: network_edits.insert(net, block, target, port), (x, y))


def appended(design: Design, block: Block, after: str | None) -> Design:
    """A block behind another one (or in front of it, if nothing can follow that one).

    With no block named, it goes to the end of the network; in an empty one it stands alone.
    """
    network = design.network
    target = after or end_of(network)
    if target is None or not block.inputs:
        return added_at(design, block, end_place(design))
    if not network.nodes[target].block.output_ports:
        return inserted(design, block, target)
    x = design.view.positions[target][0]
    several = len(network.nodes[target].block.output_ports) > 1
    source = fitting_output(infer(network).results[target], block) if several else target
    if not block.output_ports:
        return _changed(design, lambda net: network_edits.append(net, block, source), _below(design, target))
    below = set().union(*(network.downstream(consumer) for consumer, _ in network.consumers[target]))
    roomy = design.moved(below, 0.0, ROW)
    return _changed(roomy, lambda net: network_edits.append(net, block, source), (x, _row_below(design, target)))


def branched(design: Design, block: Block, source: str) -> Design:
    """A block that takes from an output beside all that do so already, in the row below it."""
    if not block.inputs:
        raise NetworkError(f"{block.title} has no input: it cannot follow '{source}'")

    def change(network: Network) -> Network:
        added = network_edits.add(network, block)
        new = next(name for name in added.nodes if name not in network.nodes)
        return network_edits.connect(added, source, new)

    return _changed(design, change, _below(design, block_of(source)))


def put_before(design: Design, block: Block, target: str, port: int) -> Design:
    """A block in front of an input: in the edge that ends there, or above it where there is none."""
    if design.network.nodes[target].taken_at(port):
        return inserted(design, block, target, port)
    if not block.output_ports:
        raise NetworkError(f"{block.title} has no output: it cannot go in front of '{target}'")

    def change(network: Network) -> Network:
        added = network_edits.add(network, block)
        new = next(name for name in added.nodes if name not in network.nodes)
        return network_edits.connect(added, new, target, port)

    x, y = design.view.positions[target]
    return _changed(design, change, free_place(dict(design.view.positions), x, y - ROW))


def exchanged(design: Design, block_id: str, block: Block) -> tuple[Design, str]:
    """A block of another kind in the place of one, with those of its parameters that it has as well; and its name.

    What was set of the new block (pydantic's `model_fields_set`) is not taken from the old one.
    """
    design = closed(design, [block_id])
    old = design.network.nodes[block_id].block
    carried = _with_params_of(old, block) if isinstance(old, Block) else block
    place = design.view.positions[block_id]
    network, name = network_edits.exchange(design.network, block_id, carried)
    return design.edit(lambda _: network).placed({name: place}), name


def _with_params_of(old: Block, block: Block) -> Block:
    given = set(block.model_fields_set)
    for name in block.form_fields():
        if name in old.form_fields() and name not in given:
            with suppress(ValidationError):  # bounds may differ from kind to kind
                block = block.changed(**{name: old.value_of(name)})
    return block


def removed(design: Design, gone: Collection[str], cut: Iterable[tuple[str, int]] = ()) -> Design:
    """The design without some edges and blocks; a stack closes up where a block left it."""
    design = closed(design, gone)
    network = design.network
    for target, port in cut:
        network = network_edits.disconnect(network, target, port)
    before = design if network is design.network else design.edit(lambda _: network)
    return closed_up(before, before.edit(lambda net: network_edits.remove(net, gone)), set(gone))


def taken_out(design: Design, block_ids: Iterable[str]) -> Design:
    """Blocks out of their chain, and beside it: their neighbours are joined, and the stack closes up.

    Edges among the blocks themselves stay. Raises NetworkError where no edge leads to any other block.
    """
    chosen = set(block_ids)
    design = closed(design, chosen)
    nodes = [node for node in design.network.nodes.values() if node.id in chosen]
    outside = [name for node in nodes for name in node.sources if name not in chosen]
    outside += [name for node in nodes for name, _ in design.network.consumers[node.id] if name not in chosen]
    if not outside:
        names = ", ".join(f"'{node.id}'" for node in nodes[:3])
        raise NetworkError(f"there is no chain to take {names or 'a block'} out of: nothing is connected to it")
    without = removed(design, chosen)
    loose = [
        Node(node.id, node.block, tuple(ref if ref and block_of(ref) in chosen else None for ref in node.inputs))
        for node in nodes
    ]
    network = Network.of([*without.network.nodes.values(), *loose])
    known = {name: place for name, place in design.view.positions.items() if name in chosen}
    shift = COLUMN
    while covers_any([(x + shift, y) for x, y in known.values()], without.view.positions):
        shift += COLUMN
    return without.edit(lambda _: network).placed({name: (x + shift, y) for name, (x, y) in known.items()})


def _below(design: Design, target: str) -> Position:
    """The row below a block, beside what is there."""
    return free_place(dict(design.view.positions), design.view.positions[target][0], _row_below(design, target))


def _row_below(design: Design, target: str) -> float:
    """The row below a block: below its frame, where it is a group that is open in place."""
    return box_of(design, target).bottom + ROW - CARD_HEIGHT


def fitting_output(source: Result, block: Block) -> str:
    """The first output of a block that the new one can take; its first one, where none fits."""
    node = source.node
    needed = max(len(block.input_ports) - len(block.optional), 1)
    for port, shape in zip(node.block.output_ports, source.shapes or (), strict=False):
        try:
            block.output_shapes(*(shape,) * needed)
        except ShapeError:
            continue
        return ref_to(node.id, node.block, port)
    return node.id


def by_ports(design: Design, block_id: str, port: str, source: str) -> Design:
    """The design where what follows a block takes its output `port`, and the block itself takes the output `source`.

    Either may be empty, and changes nothing then.
    """
    network = design.network
    if port:
        for target, place in network.consumers[block_id]:
            network = network_edits.connect(network, f"{block_id}.{port}", target, place)
    taken = next(iter(network.nodes[block_id].inputs), None)
    if source and taken and block_of(taken) == block_of(source) and _is_there(network, source):
        network = network_edits.connect(network, source, block_id, 0)
    return replace(design, network=network)


def _is_there(network: Network, ref: str) -> bool:
    node = network.nodes.get(block_of(ref))
    return node is not None and port_of(ref, node.block) in node.block.output_ports


def mended(design: Design, change: Callable[[Design], Design]) -> Design:
    """The design after a one-click mend; blocks that it puts in take the place of the next one, which makes room."""
    after = change(design)
    added = [name for name in after.network.nodes if name not in design.network.nodes]
    behind = [name for name, _ in after.network.consumers[added[-1]]] if added else []
    if not behind or behind[0] not in after.view.positions:
        return settled(after)
    x, y = after.view.positions[behind[0]]
    roomy = after.moved(after.network.downstream(behind[0]), 0.0, ROW * len(added))
    return settled(roomy.placed({name: (x, y + ROW * row) for row, name in enumerate(added)}))


def newest(before: Design, after: Design) -> str | None:
    """The block that an edit has added, if it was one."""
    new = [block_id for block_id in after.network.nodes if block_id not in before.network.nodes]
    return new[0] if len(new) == 1 else None


def renamed(design: Design, old: str, new: str) -> Design:
    """A block under another name, in its place."""
    network = network_edits.rename(design.network, old, new)
    view = design.view
    places = {new if key == old else key: place for key, place in view.positions.items()}
    expanded = {new if key == old else key: place for key, place in view.expanded.items()}
    return replace(design, network=network, view=view.but(positions=places, expanded=expanded))


def _changed(design: Design, change: Callable[[Network], Network], place: Position) -> Design:
    after = design.edit(change)
    added = newest(design, after)
    return after.placed({added: place}) if added else after


def end_of(network: Network) -> str | None:
    """The last block that nothing takes from."""
    ends = [block_id for block_id in network.nodes if not network.consumers[block_id]]
    return ends[-1] if ends else None


def end_place(design: Design) -> Position:
    """Below all blocks, at the left."""
    places = design.view.positions.values()
    if not places:
        return (0.0, 0.0)
    lowest = max(box.bottom for box in boxes(design.network, design.view).values())
    return min(x for x, _ in places), lowest + ROW - CARD_HEIGHT
