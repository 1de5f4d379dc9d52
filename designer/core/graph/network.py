"""Network: a frozen directed acyclic graph of blocks. Edits make new ones that share what did not change."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from designer.core.graph.block import Block, UnknownBlock
from designer.core.schema.limits import MAX_BLOCKS

AnyBlock = Block | UnknownBlock
B = TypeVar("B", bound=Block)
MAX_NAME = 64
End = tuple[str, int]
"""An edge, by the block and the input port where it ends."""
Consumers = Mapping[str, tuple[End, ...]]
"""The edges that lead from each block."""


class NetworkError(ValueError):
    """An edit or a file would make something that is not a network; the message says what and why."""


@lru_cache(maxsize=16_384)
def check_id(block_id: str) -> None:
    """Raises NetworkError unless the name is one word: letters of any script, digits and _.

    Letters with marks must be composed (NFC), so that two names that look the same are the same.
    """
    is_word = block_id.isidentifier() and block_id[0] != "_" and not keyword.iskeyword(block_id)
    if not is_word or len(block_id) > MAX_NAME or not unicodedata.is_normalized("NFC", block_id):
        raise NetworkError(
            f"{block_id[:80]!r} is not a block name: expected a letter, then letters, digits or _ (at most {MAX_NAME})"
        )


@dataclass(frozen=True, slots=True)
class Node:
    """A block in its place: its name and the outputs that its input ports take from (None: not connected).

    An output is named by its block, `lstm1`, for the first port, and `lstm1.state` for the others.
    """

    id: str
    block: AnyBlock
    inputs: tuple[str | None, ...]
    sources: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """The blocks that it takes from, one for each connected port. Kept, as every walk over a network asks for them."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sources", tuple(block_of(ref) for ref in self.inputs if ref is not None))

    def ends_at(self, source: str) -> Iterator[End]:
        """The edges from a block that end here, as (block, port number)."""
        for port, ref in enumerate(self.inputs):
            if ref is not None and block_of(ref) == source:
                yield self.id, port

    def taken_at(self, port: int) -> str | None:
        """What an input port takes. Raises NetworkError where there is no such port, as after an edit."""
        if not 0 <= port < len(self.inputs):
            raise NetworkError(f"'{self.id}' has no input number {port + 1}")
        return self.inputs[port]

    def input_name(self, port: int) -> str:
        """The name of an input port; its number, where the kind is not known, and so are its names."""
        names = self.block.input_ports
        return names[port] if len(names) == len(self.inputs) else str(port + 1)


def block_of(ref: str) -> str:
    """The block of an output."""
    return ref.partition(".")[0]


def named_port(ref: str) -> str:
    """The port that the name of an output has in it; empty for the first one."""
    return ref.partition(".")[2]


def port_of(ref: str, block: AnyBlock) -> str:
    """The port of an output of this block."""
    return named_port(ref) or block.output_ports[0]


def ref_to(block_id: str, block: AnyBlock, port: str) -> str:
    """The name of an output: that of the block alone for its first port."""
    return block_id if port == block.output_ports[0] else f"{block_id}.{port}"


def with_block(ref: str, block_id: str) -> str:
    """The same port of another block."""
    return f"{block_id}{ref[len(block_of(ref)) :]}"


class _Nodes(dict[str, Node]):
    """Nodes by name. Who names a block that is not there, as one may that an edit has taken away, is told so."""

    def __missing__(self, name: str) -> Node:
        raise NetworkError(f"there is no block '{name[:80]}' here")


def frozen_nodes(nodes: Mapping[str, Node]) -> Mapping[str, Node]:
    """Nodes in their order, for a Network: nobody changes them, and `nodes[name]` raises NetworkError."""
    return MappingProxyType(_Nodes(nodes))


@dataclass(frozen=True)
class Network:
    """Nodes by name, in topological order. Build one with `Network.of`, or by the functions in `network_edits`."""

    nodes: Mapping[str, Node] = field(default_factory=lambda: frozen_nodes({}))

    @classmethod
    def of(cls, nodes: Iterable[Node]) -> Network:
        """Orders the nodes and checks the edges. Raises NetworkError for double names, edges to nowhere and cycles."""
        by_id: dict[str, Node] = {}
        for node in nodes:
            check_id(node.id)
            if node.id in by_id:
                raise NetworkError(f"two blocks are called '{node.id}': names must differ")
            by_id[node.id] = node
        if len(by_id) > MAX_BLOCKS:
            raise NetworkError(f"a network has at most {MAX_BLOCKS:,} blocks, and this would be {len(by_id):,}")
        for node in by_id.values():
            _check_edges(node, by_id)
        return cls(frozen_nodes(_in_order(by_id)))

    def but(self, gone: Collection[str], rewired: Iterable[Node]) -> Network:
        """Without some nodes, and with others in their places that take from what comes before them, as theirs did.

        Names and order stay as they are, and only the edges of the rewired are checked: an edit changes few of many.
        """
        nodes = dict(self.nodes)
        for name in gone:
            nodes.pop(name, None)
        changed = {node.id: node for node in rewired}
        nodes.update(changed)
        for node in changed.values():
            _check_edges(node, nodes)
        made = Network(frozen_nodes(nodes))
        made.__dict__.update(self._still_known(self.nodes.keys() & gone, changed))
        return made

    def _still_known(self, gone: Set[str], changed: Mapping[str, Node]) -> dict[str, Any]:
        """What was found of this network, as it is without some nodes and with others in place of theirs.

        An edit changes few nodes of thousands. What would have to be found anew anyway is left out.
        """
        found: dict[str, Any] = {}
        if not changed.keys() <= self.nodes.keys():
            return found
        pairs = [(self.nodes[name], node) for name, node in changed.items()]
        if "by_kind" in self.__dict__ and all(was.block.kind == node.block.kind for was, node in pairs):
            found["by_kind"] = self._by_kind_but(gone, changed)
        if "consumers" in self.__dict__:
            same = not gone and all(was.inputs == node.inputs for was, node in pairs)
            consumers = self.consumers if same else self._consumers_but(gone, changed)
            found |= {"consumers": consumers} if consumers is not None else {}
        return found

    def _by_kind_but(self, gone: Set[str], changed: Mapping[str, Node]) -> Mapping[str, list[Node]]:
        found = dict(self.by_kind)
        for kind in {self.nodes[name].block.kind for name in gone | changed.keys()}:
            kept = [changed.get(node.id, node) for node in found.pop(kind) if node.id not in gone]
            found |= {kind: kept} if kept else {}
        return found

    def _consumers_but(self, gone: Set[str], changed: Mapping[str, Node]) -> Consumers | None:
        """None where several blocks take from one, and some of them are others: they stand in the network's order."""
        found = dict(self.consumers)
        for name in gone:
            del found[name]
        old = {source for name in gone | changed.keys() for source in self.nodes[name].sources} - gone
        for source in old.union(*(node.sources for node in changed.values())):
            known = [end for end in self.consumers[source] if end[0] not in gone and end[0] not in changed]
            come = [end for node in changed.values() for end in node.ends_at(source)]
            if come and (known or len(changed) > 1):
                return None
            found[source] = (*known, *come)
        return found

    def with_before(self, node: Node, taker: Node) -> Network:
        """With a node in front of one that takes from it, which is otherwise as before. NetworkError as of `of`."""
        check_id(node.id)
        if len(self.nodes) >= MAX_BLOCKS or node.id in self.nodes:
            return Network.of([*self.nodes.values(), node])  # which says what is wrong
        names = list(self.nodes)
        at = names.index(taker.id)
        nodes = {name: self.nodes[name] for name in names[:at]}
        nodes |= {node.id: node, taker.id: taker}
        nodes |= {name: self.nodes[name] for name in names[at + 1 :]}
        _check_edges(node, nodes)
        _check_edges(taker, nodes)
        return Network(frozen_nodes(nodes))

    @cached_property
    def consumers(self) -> Consumers:
        """For each block, the input ports that take from it, as (block, port number)."""
        found: dict[str, tuple[End, ...]] = dict.fromkeys(self.nodes, ())
        for name, node in self.nodes.items():
            sources = node.sources
            if len(sources) == len(node.inputs):  # as of nearly all
                for port, source in enumerate(sources):
                    found[source] += ((name, port),)
            else:
                ports = (port for port, ref in enumerate(node.inputs) if ref is not None)
                for port, source in zip(ports, sources, strict=True):
                    found[source] += ((name, port),)
        return found

    def downstream(self, block_id: str) -> set[str]:
        """The block itself and every block that depends on it."""
        consumers, seen, waiting = self.consumers, {block_id}, [block_id]
        while waiting:
            for consumer, _ in consumers[waiting.pop()]:
                if consumer not in seen:
                    seen.add(consumer)
                    waiting.append(consumer)
        return seen

    def upstream(self, block_id: str) -> set[str]:
        """The block itself and every block that it depends on."""
        seen = {block_id}
        for node in reversed(list(self.nodes.values())):
            if node.id in seen:
                seen.update(node.sources)
        return seen

    def of_kind(self, kind: str) -> list[Node]:
        """The nodes of one kind."""
        return list(self.by_kind.get(kind, ()))

    def of_type(self, wanted: type[B]) -> tuple[tuple[Node, B], ...]:
        """The nodes whose blocks are of a type, each with its block, as they come in the network."""
        found = self._by_type.get(wanted)
        if found is None:  # an edit asks for Inputs and Outputs in thirty places
            groups = [nodes for nodes in self.by_kind.values() if isinstance(nodes[0].block, wanted)]
            among = groups[0] if len(groups) == 1 else self.nodes.values() if groups else ()
            found = self._by_type[wanted] = tuple(
                (node, node.block) for node in among if isinstance(node.block, wanted)
            )
        return found

    @cached_property
    def _by_type(self) -> dict[type, tuple[tuple[Node, Any], ...]]:
        return {}

    @cached_property
    def by_kind(self) -> Mapping[str, list[Node]]:
        """The nodes by their kinds; both as they come in the network."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes.values():
            found.setdefault(node.block.kind, []).append(node)
        return found


def _check_edges(node: Node, by_id: Mapping[str, Node]) -> None:
    for ref in node.inputs:
        if ref is None or (ref in by_id and by_id[ref].block.output_ports):
            continue
        source, port = block_of(ref), named_port(ref)
        if source not in by_id:
            raise NetworkError(f"block '{node.id}' takes its input from '{source}', which does not exist")
        ports = by_id[source].block.output_ports
        if not ports:
            raise NetworkError(f"block '{node.id}' takes its input from '{source}', which has no output")
        if (port or ref.endswith(".")) and port not in ports and isinstance(by_id[source].block, Block):
            raise NetworkError(
                f"block '{node.id}' takes its input from '{port}' of '{source}', which has only {', '.join(ports)}"
            )


def _is_in_order(nodes: Mapping[str, Node]) -> bool:
    """Whether all sources come before their consumers."""
    seen: set[str] = set()
    for node in nodes.values():
        if not seen.issuperset(node.sources):
            return False
        seen.add(node.id)
    return True


def _in_order(nodes: dict[str, Node]) -> dict[str, Node]:
    """As given, where sources come before their consumers; else sorted (Kahn 1962). NetworkError for a cycle."""
    if _is_in_order(nodes):
        return nodes
    missing = {node.id: len(node.sources) for node in nodes.values()}
    consumers: dict[str, list[str]] = {}
    for node in nodes.values():
        for source in node.sources:
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
