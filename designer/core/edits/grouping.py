"""Edits that make groups of blocks and blocks of groups, and that change what a group hands to its uses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from designer.core.edits import network_edits, notes
from designer.core.edits.group_editing import edited, fresh_name, redefined
from designer.core.edits.inline_groups import Box, boxes, collapsed
from designer.core.edits.learning import as_inside
from designer.core.graph.block import Block
from designer.core.graph.definition import Definition, GroupBlock, definitions
from designer.core.graph.design import Design
from designer.core.graph.group_paths import GroupPath, use_at
from designer.core.graph.network import Network, NetworkError, Node, block_of, port_of, ref_to, with_block
from designer.core.graph.registry import find
from designer.core.graph.roles import GroupPort
from designer.core.graph.settings import Position, View, within_reach
from designer.core.layout.cards import overlap
from designer.core.layout.placement import CARD_HEIGHT, COLUMN, ROW, complete


def new_block(kind: str, **params: Any) -> Block:
    """A block of a kind that the program needs."""
    found = find(kind)
    assert found is not None
    return found(**params)


def grouped(design: Design, block_ids: Iterable[str], name: str) -> Design:
    """The design with these blocks as one group; its ports are the edges that are cut.

    Raises NetworkError for blocks that cannot be in a group, and where another block lies between them.
    """
    chosen = set(block_ids)
    network = design.network
    _check_choice(network, chosen)
    cut = _Cut(network, chosen)
    places = design.view.positions
    inner = {block_id: places[block_id] for block_id in chosen if block_id in places}
    room = {block_id: box for block_id, box in boxes(network, design.view).items() if block_id in inner}
    opened = {block_id: place for block_id, place in design.view.expanded.items() if block_id in chosen}
    view = View(positions={**inner, **_places_of_ports(cut, inner, room)}, expanded=opened)
    definition = Definition(name, cut.network, tuple(cut.inputs), tuple(cut.outputs), view)
    group = new_block("group", definition=definition)
    block_id = network_edits.new_id(network, group.prefix)
    refs = {ref: ref_to(block_id, group, port) for port, ref in cut.outputs.items()}

    def rewired(ref: str | None) -> str | None:
        full = _full(network, ref)
        return refs.get(full, ref) if full else None

    kept = [node for node in network.nodes.values() if node.id not in chosen]
    nodes = [Node(node.id, node.block, tuple(map(rewired, node.inputs))) for node in kept]
    after = design.edit(lambda _: Network.of([*nodes, Node(block_id, group, tuple(cut.inputs.values()))]))
    if not inner:
        return after
    others = {key: place for key, place in after.view.expanded.items() if key not in opened}
    placed = replace(after, view=after.view.but(expanded=others)).placed({block_id: _corner(inner.values())})
    gap = max(box.bottom for box in room.values()) - min(box.top for box in room.values()) - CARD_HEIGHT
    return _closed_up(placed, block_id, gap)


def _closed_up(design: Design, group: str, gap: float) -> Design:
    """What lies downstream of a new group moves up to it, unless it would come to lie on other blocks."""
    moving = design.network.downstream(group) - {group}
    after = design.moved(moving, 0.0, -gap)
    places = after.view.positions
    kept = [places[name] for name in places if name not in moving]
    covered = any(overlap(places[name], place) for name in moving for place in kept)
    return design if covered else after


def _with_room(design: Design, group: str, bottom: float) -> Design:
    """What lies downstream of a group moves down, below the last of its blocks, as far as it has to."""
    moving = design.network.downstream(group) - {group}
    top = min(
        (design.view.positions[name][1] for name in moving if name in design.view.positions), default=bottom + ROW
    )
    return design.moved(moving, 0.0, max(bottom + ROW - top, 0.0))


def _check_choice(network: Network, chosen: Collection[str]) -> None:
    if not chosen:
        raise NetworkError("choose the blocks that the group is to hold")
    for block_id in chosen:
        block = network.nodes[block_id].block
        if isinstance(block, Block) and block.belongs != "anywhere":
            raise NetworkError(f"{block.title} '{block_id}' cannot be in a group: choose the blocks without it")
    below = set().union(*(network.downstream(block_id) for block_id in chosen)) - set(chosen)
    above = set().union(*(network.upstream(block_id) for block_id in chosen)) - set(chosen)
    between = [block_id for block_id in network.nodes if block_id in below & above]
    if between:
        raise NetworkError(f"'{between[0]}' lies between the chosen blocks: choose it as well")


def _full(network: Network, ref: str | None) -> str | None:
    """A reference with its port, so that two names of one output are the same."""
    return None if ref is None else f"{block_of(ref)}.{port_of(ref, network.nodes[block_of(ref)].block)}"


class _Cut:
    """Blocks taken out of a network, with a port for each value that goes in or out.

    `inputs` are what the ports take from outside (None: nothing yet), `outputs` the inner outputs, in full.
    """

    def __init__(self, network: Network, chosen: Collection[str]) -> None:
        self.inputs: dict[str, str | None] = {}
        self.outputs: dict[str, str] = {}
        self._whole, self._chosen = network, chosen
        self._named: dict[str | None, str] = {}
        self.network = Network.of(Node(node.id, node.block, ()) for node in network.nodes.values() if node.id in chosen)
        nodes = [self._inner(node) for node in network.nodes.values() if node.id in chosen]
        ports = [self.network.nodes[port] for port in self.inputs]
        self.network = Network.of([*ports, *nodes])
        for node in nodes:
            self._let_out(node)

    def _inner(self, node: Node) -> Node:
        # A block of an unknown kind may have more inputs than ports are known of.
        ports = zip_longest(node.block.input_ports, node.inputs)
        free = {*node.block.optional, None}
        refs = tuple(
            ref if (ref and block_of(ref) in self._chosen) or (ref is None and port in free) else self._entry(ref)
            for port, ref in ports
        )
        return Node(node.id, node.block, refs)

    def _entry(self, ref: str | None) -> str:
        full = _full(self._whole, ref)
        if full is None or full not in self._named:
            port = network_edits.new_id(self.network, "input")
            self.network = network_edits.add(self.network, new_block("group_input"), port)
            self.inputs[port] = ref
            self._named[full] = port
        return self._named[full]

    def _let_out(self, node: Node) -> None:
        """An output for each port that is taken outside, and one where nothing takes from the block at all."""
        takers = [(name, self._whole.nodes[name].inputs[place]) for name, place in self._whole.consumers[node.id]]
        outside = [port_of(ref, node.block) for name, ref in takers if ref and name not in self._chosen]
        wanted = outside if takers else node.block.output_ports[:1]
        order = {port: place for place, port in enumerate(node.block.output_ports)}
        for port in sorted(set(wanted), key=lambda port: (order.get(port, len(order)), port)):
            name = network_edits.new_id(self.network, "output")
            self.network = network_edits.add(self.network, new_block("group_output"), name)
            self.network = network_edits.connect(self.network, ref_to(node.id, node.block, port), name)
            self.outputs[name] = f"{node.id}.{port}"


def _corner(places: Iterable[Position]) -> Position:
    """The middle along x and the top of some places: where the group of these blocks lies."""
    listed = list(places)
    return sum(x for x, _ in listed) / len(listed), min(y for _, y in listed)


def _places_of_ports(cut: _Cut, inner: dict[str, Position], room: Mapping[str, Box]) -> dict[str, Position]:
    """Inputs in a row above the blocks, outputs in a row below, each near what it belongs to."""
    if not inner:
        return {}
    top = min(box.top for box in room.values()) - ROW
    bottom = max(box.bottom for box in room.values()) + ROW - CARD_HEIGHT
    found: dict[str, Position] = {}
    for port in cut.inputs:
        taker = cut.network.consumers[port][0][0]
        found[port] = _beside(found, inner.get(taker, (0.0, 0.0))[0], top)
    for port, ref in cut.outputs.items():
        found[port] = _beside(found, inner.get(block_of(ref), (0.0, 0.0))[0], bottom)
    return found


def _beside(places: dict[str, Position], x: float, y: float) -> Position:
    while any(abs(x - ox) < COLUMN and y == oy for ox, oy in places.values()):
        x += COLUMN
    return x, y


def ungrouped(design: Design, block_id: str) -> Design:
    """The design with the blocks of a group in its place. Raises NetworkError for what is not one, or is repeated."""
    use = use_at(design.network, (block_id,))
    _expect_its_blocks(block_id, use)
    design = collapsed(design, block_id)
    inside = use.network
    names = _free_names(design.network, block_id, inside)
    nodes = _taken_apart(design.network, block_id, use, names)
    inner = complete(inside, dict(use.definition.view.positions))
    places = {old: inner[old] for old in names}
    if not places or block_id not in design.view.positions:
        return _with_view_of(design.edit(lambda _: Network.of(nodes)), use.definition.view, names, (0.0, 0.0))
    (x, y), (left, top) = design.view.positions[block_id], _corner(places.values())
    room = boxes(inside, use.definition.view)
    roomy = _with_room(design, block_id, max(room[old].bottom for old in names) - CARD_HEIGHT + y - top)
    after = roomy.edit(lambda _: Network.of(nodes)).placed(
        {names[old]: (px + x - left, py + y - top) for old, (px, py) in places.items()}
    )
    return _with_view_of(after, use.definition.view, names, (x - left, y - top))


def _expect_its_blocks(block_id: str, use: GroupBlock) -> None:
    """Raises NetworkError where the blocks inside cannot stand in the place of a use."""
    if not use.is_its_blocks:
        raise NetworkError(f"{use.title} '{block_id}' cannot be opened out: it does more than its blocks alone")
    if use.repetitions != 1:
        raise NetworkError(f"'{block_id}' is repeated: set repeat to 1 to take it apart")


def _taken_apart(network: Network, group: str, use: GroupBlock, names: Mapping[str, str]) -> list[Node]:
    """The nodes of a network with those inside a group, under other names, in its place."""
    inside = use.network
    entries = dict(zip(use.input_ports, network.nodes[group].inputs, strict=True))

    def outside(ref: str | None) -> str | None:
        if ref is None or block_of(ref) in entries:
            return entries[block_of(ref)] if ref else None
        return with_block(ref, names[block_of(ref)])

    exits = {port: outside(inside.nodes[port].inputs[0]) for port in use.output_ports}

    def rewired(ref: str | None) -> str | None:
        return exits[port_of(ref, use)] if ref and block_of(ref) == group else ref

    around = [
        Node(node.id, node.block, tuple(map(rewired, node.inputs)))
        for node in network.nodes.values()
        if node.id != group
    ]
    return around + [
        Node(name, as_inside(use, inside.nodes[old].block), tuple(map(outside, inside.nodes[old].inputs)))
        for old, name in names.items()
    ]


def _with_view_of(design: Design, inner: View, names: Mapping[str, str], shift: Position) -> Design:
    """The design with the notes of a group that was taken apart, and with what was open in place there."""
    opened = {names[old]: place for old, place in inner.expanded.items() if old in names}
    design = replace(design, view=design.view.but(expanded={**design.view.expanded, **opened}))
    for note in inner.notes.values():
        x, y = note.position
        design = notes.added(design, note.model_copy(update={"position": within_reach(x + shift[0], y + shift[1])}))
    return design


def _free_names(network: Network, group: str, inside: Network) -> dict[str, str]:
    """For each block inside that is no port its name outside: its own, where that is free."""
    taken = network_edits.remove(network, [group])
    names = {}
    for node in inside.nodes.values():
        if not isinstance(node.block, GroupPort):
            name = (
                network_edits.new_id(taken, network_edits.prefix_of(node.block)) if node.id in taken.nodes else node.id
            )
            taken = network_edits.add(taken, node.block, name)
            names[node.id] = name
    return names


def renamed_group(design: Design, old: str, new: str) -> Design:
    """Another name for a definition, for all its uses. Raises NetworkError for one that is taken, or is no name."""
    definition = definitions(design.network).get(old)
    if definition is None:
        raise NetworkError(f"there is no group called '{old}'")
    return redefined(design, old, replace(definition, name=new))


def made_independent(design: Design, path: GroupPath) -> Design:
    """The use at a path has a copy of its definition for itself, under a new name."""
    use = use_at(design.network, path)
    own = replace(use.definition, name=fresh_name(design.network, use.definition.name))
    return edited(
        design, path[:-1], lambda outer: outer.edit(lambda net: network_edits.set_params(net, path[-1], definition=own))
    )


def exposed(design: Design, path: GroupPath, block_id: str, field: str, parameter: str = "") -> Design:
    """A field of a block inside an open group becomes a parameter that each use sets, or joins one that is there.

    Without a name, it is called as the field. A field that joins takes the parameter's value. Raises NetworkError.
    """
    definition = use_at(design.network, path).definition
    if any((block_id, field) in targets for targets in definition.parameters.values()):
        raise NetworkError(f"{field} of '{block_id}' is a parameter of '{definition.name}' already")
    name = parameter or (field if field not in definition.parameters else f"{block_id}_{field}")
    targets = definition.parameters.get(name, ())
    network = definition.network
    if targets:
        block = network.nodes[block_id].block
        info = block.form_fields().get(field) if isinstance(block, Block) else None
        if info is None or info.annotation != definition.info(name).annotation:
            raise NetworkError(f"{field} of '{block_id}' is no value like '{name}': it cannot join that parameter")
        network = network_edits.set_params(network, block_id, **{field: definition.default(name)})
    new = replace(
        definition, network=network, parameters={**definition.parameters, name: (*targets, (block_id, field))}
    )
    return redefined(design, definition.name, new)


def hidden(design: Design, path: GroupPath, parameter: str) -> Design:
    """A parameter is none any longer: all uses have the value that the definition has."""
    definition = use_at(design.network, path).definition
    kept = {name: targets for name, targets in definition.parameters.items() if name != parameter}
    return redefined(design, definition.name, replace(definition, parameters=kept))


def renamed_parameter(design: Design, path: GroupPath, old: str, new: str) -> Design:
    """Another name for a parameter of an open group; uses keep what they set. Raises NetworkError."""
    definition = use_at(design.network, path).definition
    if new != old and new in definition.parameters:
        raise NetworkError(f"group '{definition.name}' already has a parameter called '{new}'")
    names = {new if name == old else name: targets for name, targets in definition.parameters.items()}
    return redefined(design, definition.name, replace(definition, parameters=names))


def another_use(design: Design, name: str) -> GroupBlock:
    """A block that uses a definition that the design has already."""
    group = new_block("group", definition=definitions(design.network)[name])
    assert isinstance(group, GroupBlock)
    return group


def with_free_name(design: Design, block: Block) -> Block:
    """A new block; where it brings a definition, that gets a name of its own."""
    if not isinstance(block, GroupBlock):
        return block
    own: Definition = replace(block.definition, name=fresh_name(design.network, block.definition.name))
    return block.changed(definition=own)
