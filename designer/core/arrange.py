"""Edits of a design that put a block into the network and onto the canvas at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from designer.core import edits
from designer.core.block import Block, ShapeError
from designer.core.design import Design
from designer.core.inference import infer
from designer.core.layout import ROW, complete
from designer.core.network import Network, ref_to
from designer.core.settings import Position


def settled(design: Design) -> Design:
    """The design with a place for every block."""
    return design.placed(complete(design.network, dict(design.view.positions)))


def added_at(design: Design, block: Block, place: Position) -> Design:
    """A block on its own at a place."""
    return _changed(design, lambda net: edits.add(net, block), place)


def inserted(design: Design, block: Block, target: str, port: int = 0, place: Position | None = None) -> Design:
    """A block in the edge that ends at `target`; what lies downstream makes room below it."""
    x, y = design.view.positions[target]
    roomy = design.moved(design.network.downstream(target), 0.0, ROW)
    return _changed(roomy, lambda net: edits.insert(net, block, target, port), (place[0] if place else x, y))


def appended(design: Design, block: Block, after: str | None) -> Design:
    """A block behind another one (or in front of it, if nothing can follow that one).

    With no block named, it goes to the end of the network; in an empty one it stands alone.
    """
    network = design.network
    target = after or _end(network)
    if target is None or not block.inputs:
        return added_at(design, block, _free_place(design))
    if not network.nodes[target].block.output_ports:
        return inserted(design, block, target)
    x, y = design.view.positions[target]
    source = _fitting(network, block, target)
    consumers = network.consumers[target] if block.output_ports else ()
    below = set().union(*(network.downstream(consumer) for consumer, _ in consumers))
    roomy = design.moved(below, 0.0, ROW)
    return _changed(roomy, lambda net: edits.append(net, block, source), (x, y + ROW))


def _fitting(network: Network, block: Block, target: str) -> str:
    """The first output of a block that the new one can take; its first one, where none fits."""
    source = network.nodes[target].block
    shapes = infer(network).results[target].shapes
    needed = max(len(block.input_ports) - len(block.optional), 1)
    for port, shape in zip(source.output_ports, shapes or (), strict=False):
        try:
            block.output_shapes(*(shape,) * needed)
        except ShapeError:
            continue
        return ref_to(target, source, port)
    return target


def mended(design: Design, change: Callable[[Design], Design]) -> Design:
    """The design after a one-click mend; a block that it puts in takes the place of the next one, which makes room."""
    after = change(design)
    added = newest(design, after)
    consumers = after.network.consumers[added] if added else ()
    if not added or not consumers:
        return settled(after)
    target = consumers[0][0]
    roomy = after.moved(after.network.downstream(target), 0.0, ROW)
    return settled(roomy.placed({added: after.view.positions[target]}))


def newest(before: Design, after: Design) -> str | None:
    """The block that an edit has added, if it was one."""
    new = [block_id for block_id in after.network.nodes if block_id not in before.network.nodes]
    return new[0] if len(new) == 1 else None


def renamed(design: Design, old: str, new: str) -> Design:
    """A block under another name, in its place."""
    network = edits.rename(design.network, old, new)
    view = design.view
    places = {new if key == old else key: place for key, place in view.positions.items()}
    expanded = {new if key == old else key: place for key, place in view.expanded.items()}
    return replace(design, network=network, view=view.but(positions=places, expanded=expanded))


def _changed(design: Design, change: Callable[[Network], Network], place: Position) -> Design:
    after = design.edit(change)
    added = newest(design, after)
    return after.placed({added: place}) if added else after


def _end(network: Network) -> str | None:
    """The last block that nothing takes from."""
    ends = [block_id for block_id in network.nodes if not network.consumers[block_id]]
    return ends[-1] if ends else None


def _free_place(design: Design) -> Position:
    places = design.view.positions.values()
    if not places:
        return (0.0, 0.0)
    return min(x for x, _ in places), max(y for _, y in places) + ROW
