"""Network: a frozen directed acyclic graph of blocks. Edits make new ones that share what did not change."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from designer.core.block import Block, UnknownBlock

AnyBlock = Block | UnknownBlock
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}\Z")


class NetworkError(ValueError):
    """An edit or a file would make something that is not a network; the message says what and why."""


def check_id(block_id: str) -> None:
    """Raises NetworkError unless the name can also be a Python attribute of the model."""
    if not _ID.match(block_id) or keyword.iskeyword(block_id):
        raise NetworkError(
            f"{block_id[:80]!r} is not a block name: expected a letter, then letters, digits or _ (at most 64)"
        )


@dataclass(frozen=True, slots=True)
class Node:
    """A block in its place: its name and the blocks that its input ports take from (None: not connected)."""

    id: str
    block: AnyBlock
    inputs: tuple[str | None, ...]


@dataclass(frozen=True)
class Network:
    """Nodes by name, in topological order. Build one with `Network.of`, or by the functions in `edits`."""

    nodes: Mapping[str, Node] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, nodes: Iterable[Node]) -> Network:
        """Orders the nodes and checks the edges. Raises NetworkError for double names, edges to nowhere and cycles."""
        by_id: dict[str, Node] = {}
        for node in nodes:
            check_id(node.id)
            if node.id in by_id:
                raise NetworkError(f"two blocks are called '{node.id}': names must differ")
            by_id[node.id] = node
        for node in by_id.values():
            for source in node.inputs:
                if source is None:
                    continue
                if source not in by_id:
                    raise NetworkError(f"block '{node.id}' takes its input from '{source}', which does not exist")
                if not by_id[source].block.has_output:
                    raise NetworkError(f"block '{node.id}' takes its input from '{source}', which has no output")
        return cls(MappingProxyType(_in_order(by_id)))

    @cached_property
    def consumers(self) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """For each block, the input ports that take from it, as (block, port number)."""
        found: dict[str, list[tuple[str, int]]] = {block_id: [] for block_id in self.nodes}
        for node in self.nodes.values():
            for port, source in enumerate(node.inputs):
                if source is not None:
                    found[source].append((node.id, port))
        return {block_id: tuple(ports) for block_id, ports in found.items()}

    def downstream(self, block_id: str) -> set[str]:
        """The block itself and every block that depends on it."""
        seen = {block_id}
        waiting = [block_id]
        while waiting:
            for consumer, _ in self.consumers[waiting.pop()]:
                if consumer not in seen:
                    seen.add(consumer)
                    waiting.append(consumer)
        return seen

    def upstream(self, block_id: str) -> set[str]:
        """The block itself and every block that it depends on."""
        seen = {block_id}
        waiting = [block_id]
        while waiting:
            for source in self.nodes[waiting.pop()].inputs:
                if source is not None and source not in seen:
                    seen.add(source)
                    waiting.append(source)
        return seen

    def of_kind(self, kind: str) -> list[Node]:
        """The nodes of one kind."""
        return [node for node in self.nodes.values() if node.block.kind == kind]


def _in_order(nodes: Mapping[str, Node]) -> dict[str, Node]:
    """Sources before consumers, otherwise as given (Kahn 1962). Raises NetworkError for a cycle."""
    missing = {node.id: sum(source is not None for source in node.inputs) for node in nodes.values()}
    consumers: dict[str, list[str]] = {}
    for node in nodes.values():
        for source in node.inputs:
            if source is not None:
                consumers.setdefault(source, []).append(node.id)
    ready = [block_id for block_id, count in missing.items() if count == 0]
    ordered: dict[str, Node] = {}
    for block_id in ready:
        ordered[block_id] = nodes[block_id]
        for consumer in consumers.get(block_id, ()):
            missing[consumer] -= 1
            if missing[consumer] == 0:
                ready.append(consumer)
    if len(ordered) < len(nodes):
        names = ", ".join(f"'{block_id}'" for block_id in nodes if block_id not in ordered)
        raise NetworkError(f"the edges go round in a circle through {names[:200]}: remove one of them")
    return ordered
