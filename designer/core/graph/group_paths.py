"""Where a group is: the uses that lead to it; and whether the definitions of a network can be told apart."""

from __future__ import annotations

from collections.abc import Iterable

from designer.core.graph.definition import Definition, GroupBlock, module_name, uses
from designer.core.graph.network import Network, NetworkError

GroupPath = tuple[str, ...]
"""The groups that are open: the first one in the whole network, each further one inside the one before."""


def name_of(path: GroupPath) -> str:
    """A place in a text: group1/conv1. Names of blocks have no such sign in them."""
    return "/".join(path)


def path_of(name: str) -> GroupPath:
    """The place that such a text names."""
    return tuple(name.split("/"))


def group_in(network: Network, block_id: str) -> GroupBlock | None:
    """The block of this name, where there is one that can be opened."""
    node = network.nodes.get(block_id)
    return node.block if node is not None and isinstance(node.block, GroupBlock) else None


def use_at(network: Network, path: GroupPath) -> GroupBlock:
    """The block that a path leads to. Raises NetworkError where there is no such group."""
    block = None
    for place, name in enumerate(path):
        block = group_in(network, name)
        if block is None:
            raise NetworkError(f"there is no group '{name}'" + (f" in '{path[place - 1]}'" if place else ""))
        network = block.network
    assert block is not None
    return block


def reachable(network: Network, path: GroupPath) -> GroupPath:
    """As much of a path as leads to groups that can be shown."""
    for length in range(len(path), 0, -1):
        try:
            found = use_at(network, path[:length])
        except NetworkError:
            continue
        if found.can_be_opened:
            return path[:length]
    return ()


def agreeing(network: Network) -> Network:
    """The network, with one definition for each name. Raises NetworkError where names are not told apart.

    Names that differ only in spaces and signs would be one class in exported code.
    """
    known: dict[str, Definition] = {}
    for definition in _all_definitions(network, {}):
        other = known.setdefault(module_name(definition.name), definition)
        if other is definition or other == definition:
            continue
        if other.name == definition.name:
            raise NetworkError(f"there are two different groups called '{other.name}'")
        raise NetworkError(f"the groups '{other.name}' and '{definition.name}' have names that are too much alike")
    return network


def _all_definitions(network: Network, seen: dict[int, Definition]) -> Iterable[Definition]:
    """Each definition that there is, whatever its name."""
    for _, block in uses(network):
        if id(block.definition) not in seen:
            seen[id(block.definition)] = block.definition
            yield from _all_definitions(block.definition.network, seen)
            yield block.definition
