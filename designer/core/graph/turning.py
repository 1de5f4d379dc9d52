"""Which blocks of a network read a sequence that was turned around before, from its end to its beginning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from designer.core.graph.definition import GroupBlock
from designer.core.graph.network import Network
from designer.core.graph.roles import GroupEntry, GroupExit, ReversingBlock

_Known = dict[tuple[str, str, bool], bool]
"""Whether what leaves a use is turned: by its definition, its values, and whether what enters is."""


@dataclass(frozen=True)
class Turned:
    """By which block what leaves each block of a network is turned around; empty for none."""

    network: Network
    behind: Mapping[str, str]

    def before(self, name: str) -> str:
        """By which block what enters a block is turned around."""
        return next((by for source in self.network.nodes[name].sources if (by := self.behind.get(source))), "")


def turned_by(network: Network, entering: str = "") -> Turned:
    """What is turned around in a network, or in that of a group, what enters which was turned by some block.

    Who is turned twice is as it was. Where values that are turned meet others the result counts as turned.
    """
    return _turned(network, entering, {})


def _turned(network: Network, entering: str, known: _Known) -> Turned:
    behind: dict[str, str] = {}
    found = Turned(network, behind)
    for name, node in network.nodes.items():
        before = entering if isinstance(node.block, GroupEntry) else found.before(name)
        if isinstance(node.block, ReversingBlock):
            behind[name] = "" if before else name
        elif isinstance(node.block, GroupBlock):
            behind[name] = (before or name) if _leaves_turned(node.block, before, known) else ""
        else:
            behind[name] = before
    return found


def _leaves_turned(group: GroupBlock, before: str, known: _Known) -> bool:
    key = (group.definition.name, repr(sorted(group.values.items())), bool(before))
    if key not in known:
        known[key] = bool(before)
        if group.can_be_opened:
            turned = _turned(group.network, before, known)
            known[key] = any(turned.before(node.id) for node, _ in group.network.of_type(GroupExit))
    return known[key]
