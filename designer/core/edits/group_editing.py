"""Editing what is inside a group: the open sub-network as a design of its own, and back; all uses follow."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from designer.core.edits import network_edits
from designer.core.graph.block import Block
from designer.core.graph.definition import Definition, FieldRef, GroupBlock, definitions, module_name, uses
from designer.core.graph.design import Design
from designer.core.graph.group_paths import GroupPath, agreeing, use_at
from designer.core.graph.network import AnyBlock, Network, Node, block_of, port_of, ref_to
from designer.core.graph.roles import GroupEntry, GroupExit, GroupPort
from designer.core.layout.placement import complete


def opened(design: Design, path: GroupPath) -> Design:
    """What is inside a group, with the values of this use, as a design; the design itself for no group."""
    if not path:
        return design
    use = use_at(design.network, path)
    view = use.definition.view
    return replace(design, network=use.network, view=view.but(positions=complete(use.network, dict(view.positions))))


def edited(design: Design, path: GroupPath, change: Callable[[Design], Design]) -> Design:
    """The design with an edit made inside a group. All uses of its definition follow.

    A field that the definition hands to its uses as a parameter is set for this use alone. Raises NetworkError where
    the edit would leave no definition.
    """
    if not path:
        return change(design)
    before = opened(design, path)
    after = change(before)
    if after.network == before.network and after.view == before.view:
        return design
    use = use_at(design.network, path)
    definition, values = _taken_back(use, after)
    whole = design
    for name, inner in _changed_within(use.definition, definition):
        whole = redefined(whole, name, inner)
    whole = redefined(whole, use.definition.name, definition)
    if values == use_at(whole.network, path).values:
        return whole
    return edited(
        whole, path[:-1], lambda outer: outer.edit(lambda net: network_edits.set_params(net, path[-1], values=values))
    )


def _changed_within(before: Definition, after: Definition) -> list[tuple[str, Definition]]:
    """The groups within a group that an edit has changed: their uses elsewhere follow as well."""
    old, new = definitions(before.network), definitions(after.network)
    return [(name, made) for name, made in new.items() if made is not old.get(name, made) and made != old[name]]


def _taken_back(use: GroupBlock, after: Design) -> tuple[Definition, dict[str, Any]]:
    """What the inside of a use, edited, makes of its definition, and of its values."""
    old, network = use.definition, after.network
    names = renaming(use.network.nodes, network.nodes)
    values, parameters = dict(use.values), {}
    for parameter, targets in old.parameters.items():
        kept: list[tuple[FieldRef, FieldRef]] = []
        for was in targets:
            renamed = names.get(was[0], was[0]), was[1]
            found: tuple[FieldRef, ...] = (renamed,)
            if not _has(network, renamed):
                network, found = _moved(use.network, network, was, parameter)
            kept += [(was, now) for now in found if now not in dict(kept).values()]
        if not kept:
            values.pop(parameter, None)
            continue
        parameters[parameter] = tuple(now for _, now in kept)
        set_here = use.value_of(parameter)
        for was, now in kept:
            if _value(network, now) != set_here:
                values[parameter] = _value(network, now)
            network = network_edits.set_params(network, now[0], **{now[1]: _value(old.network, was)})
    definition = Definition(
        old.name,
        network,
        _ports(old.inputs, network, GroupEntry, names),
        _ports(old.outputs, network, GroupExit, names),
        after.view.but(positions=complete(network, dict(after.view.only(network.nodes).positions))),
        parameters,
    )
    return definition, values


def _moved(before: Network, after: Network, target: FieldRef, parameter: str) -> tuple[Network, tuple[FieldRef, ...]]:
    """A field whose block an edit has put into a new group, which then hands it on, or has taken out of a group.

    Gives the network and where the field is now: nowhere, if its block was removed.
    """
    block_id, field_name = target
    old = before.nodes[block_id].block
    for group, use in uses(after):
        inside = use.definition.network.nodes.get(block_id)
        if group not in before.nodes and inside is not None and inside.block == old:
            known = use.definition.parameters
            handed = {**known, parameter: (*known.get(parameter, ()), target)}
            definition = replace(use.definition, parameters=handed)
            return network_edits.set_params(after, group, definition=definition), ((group, parameter),)
    inner = old.definition.parameters.get(field_name, ()) if isinstance(old, GroupBlock) else ()
    return after, tuple(item for item in inner if item[0] not in before.nodes and _has(after, item))


def renaming(old: Iterable[str], new: Iterable[str]) -> dict[str, str]:
    """What one edit has renamed: where one name is gone and one has come, that is the same thing."""
    gone = [name for name in old if name not in set(new)]
    came = [name for name in new if name not in set(old)]
    return {gone[0]: came[0]} if len(gone) == len(came) == 1 else {}


def _ports(old: tuple[str, ...], network: Network, kind: type[GroupPort], names: Mapping[str, str]) -> tuple[str, ...]:
    """The ports in the order that they had, new ones behind."""
    there = [node.id for node, _ in network.of_type(kind)]
    kept = [name for name in (names.get(port, port) for port in old) if name in there]
    return (*kept, *(name for name in there if name not in kept))


def _has(network: Network, target: FieldRef) -> bool:
    node = network.nodes.get(target[0])
    return node is not None and isinstance(node.block, Block) and target[1] in node.block.form_fields()


def _value(network: Network, target: FieldRef) -> Any:
    block = network.nodes[target[0]].block
    assert isinstance(block, Block)
    return block.value_of(target[1])


def redefined(design: Design, name: str, definition: Definition) -> Design:
    """The design with another definition for all uses of one, wherever they are; edges keep to ports by name."""
    return design.edit(lambda net: agreeing(_Redefining(name, definition).network(net)))


class _Redefining:
    """One definition is replaced, and with it those that use it."""

    def __init__(self, name: str, new: Definition) -> None:
        self._done = {name: new}

    def network(self, network: Network) -> Network:
        """A network whose uses follow; the same one, where nothing in it does."""
        changed = {}
        for block_id, block in uses(network):
            new = self._definition(block.definition)
            if new is not block.definition:
                changed[block_id] = _with_definition(block, new)
        return _with_blocks(network, changed) if changed else network

    def _definition(self, old: Definition) -> Definition:
        if old.name not in self._done:
            network = self.network(old.network)
            self._done[old.name] = old if network is old.network else _with_network(old, network)
        return self._done[old.name]


def _with_network(old: Definition, network: Network) -> Definition:
    """A definition whose groups have changed: its parameters follow those of theirs, or are gone with them."""
    found = {
        name: [_followed(old.network, network, target) for target in targets]
        for name, targets in old.parameters.items()
    }
    kept = {name: tuple(target for target in targets if target) for name, targets in found.items()}
    return replace(old, network=network, parameters={name: targets for name, targets in kept.items() if targets})


def _followed(before: Network, after: Network, target: FieldRef) -> FieldRef | None:
    """The same field after an edit of the groups, maybe under another name; None where it is gone."""
    block_id, field_name = target
    if not _has(after, target):
        old, new = before.nodes[block_id].block, after.nodes[block_id].block
        if isinstance(old, GroupBlock) and isinstance(new, GroupBlock):
            names = renaming(old.definition.parameters, new.definition.parameters)
            target = block_id, names.get(field_name, field_name)
    return target if _has(after, target) else None


def _with_definition(block: GroupBlock, new: Definition) -> GroupBlock:
    """A use of another definition; it keeps the values that still fit."""
    names = renaming(block.definition.parameters, new.parameters)
    made: Block = block.changed(definition=new, values={})
    for name, value in block.values.items():
        kept = names.get(name, name)
        if kept in new.parameters:
            try:
                made = made.changed(**{kept: value})
            except ValidationError:
                continue
    assert isinstance(made, GroupBlock)
    return made


def _with_blocks(network: Network, changed: Mapping[str, AnyBlock]) -> Network:
    """The network with other blocks in these places; edges go by the names of ports."""
    inputs, outputs = {}, {}
    for block_id, block in changed.items():
        old = network.nodes[block_id].block
        inputs[block_id] = renaming(old.input_ports, block.input_ports)
        outputs[block_id] = renaming(old.output_ports, block.output_ports)

    def followed(ref: str | None) -> str | None:
        source = block_of(ref) if ref else ""
        if ref is None or source not in changed:
            return ref
        port = port_of(ref, network.nodes[source].block)
        port = outputs[source].get(port, port)
        return ref_to(source, changed[source], port) if port in changed[source].output_ports else None

    nodes = []
    for node in network.nodes.values():
        own = changed.get(node.id, node.block)
        refs = tuple(followed(ref) for ref in node.inputs)
        if node.id in changed:
            named = {
                inputs[node.id].get(port, port): ref for port, ref in zip(node.block.input_ports, refs, strict=True)
            }
            refs = tuple(named.get(port) for port in own.input_ports)
        nodes.append(node if own is node.block and refs == node.inputs else Node(node.id, own, refs))
    return Network.of(nodes)


def fresh_name(network: Network, wanted: str) -> str:
    """The first name that no group has: Group, Group 2, Group 3, …"""
    return free_name(wanted, {module_name(name) for name in definitions(network)})


def free_name(wanted: str, taken: Collection[str]) -> str:
    """The first name whose module name is not taken."""
    name, number = wanted, 2
    while module_name(name) in taken:
        name, number = f"{wanted[:36]} {number}", number + 1
    return name


def use_count(network: Network, name: str) -> int:
    """How many blocks use a definition, in the network and in its groups."""
    own = sum(block.definition.name == name for _, block in uses(network))
    return own + sum(
        block.definition.name == name for inner in definitions(network).values() for _, block in uses(inner.network)
    )
