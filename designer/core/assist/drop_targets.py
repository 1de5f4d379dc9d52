"""Spots: where on the canvas a block can go, what that does in words, and the edit that puts it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from designer.core.edits import network_edits, placed_edits
from designer.core.graph.block import Block
from designer.core.graph.design import Design
from designer.core.graph.network import Network, NetworkError, Node, block_of, port_of
from designer.core.graph.settings import Position
from designer.core.inference.infer import Inference

Refs = tuple[str | None, ...]


@dataclass(frozen=True)
class _Sentences:
    """What putting a block somewhere does, said of a new one by its title, and of one that is there by its name."""

    new: str
    moved: str

    def of(self, block: Block, moved: str, **places: str) -> str:
        """The sentence, with the block and the names of the places where it has room for them."""
        return self.moved.format(block=moved, **places) if moved else self.new.format(block=block.title, **places)


_INSERT = _Sentences("Insert {block} between {source} and {target}", "Move {block} between {source} and {target}")
_INSERT_FIRST = _Sentences("Insert {block} in front of {target}", "Move {block} in front of {target}")
_ADD_BEHIND = _Sentences("Add {block} behind {source}", "Move {block} behind {source}")
_CONNECT_BEHIND = _Sentences("Connect {block} behind {source}", "Move {block} behind {source}")
_BRANCH = _Sentences(
    "Connect {block} behind {source}, as one more branch", "Move {block} behind {source}, as one more branch"
)
_CONNECT_IN_FRONT = _Sentences("Connect {block} in front of {target}", "Move {block} in front of {target}")
_REPLACE = _Sentences("Replace {target} by {block}", "Replace {target} by {block}")


class Spot(Protocol):
    """A place for a block. `network` and `design` are those that the spot was found in."""

    @property
    def anchor(self) -> str:
        """The block that the place is named from; empty where none has to be."""

    def follows(self, network: Network) -> str | None:
        """The output that what stands here follows; None for none."""

    def suits(self, network: Network, block: Block) -> bool:
        """Whether a block has the ports that it needs here."""

    def words(self, network: Network, block: Block, moved: str = "") -> str:
        """What putting the block here does, as one reads it on a button.

        `moved`: the block's name, where it is there already and only moves.
        """

    def sources(self, inference: Inference, block: Block) -> Refs:
        """The outputs that its input ports would take from."""

    def put(self, design: Design, block: Block) -> tuple[Design, str]:
        """The design with the block here, and its name. Raises NetworkError where it cannot stand here."""


@dataclass(frozen=True)
class Alone:
    """On its own, with its top left corner at a place; without one, below everything."""

    place: Position | None = None

    @property
    def anchor(self) -> str:
        """None."""
        return ""

    def follows(self, network: Network) -> str | None:
        """Nothing."""
        return None

    def suits(self, network: Network, block: Block) -> bool:
        """Anything can stand on its own."""
        return True

    def words(self, network: Network, block: Block, moved: str = "") -> str:
        """Add Conv2d on its own."""
        if moved:
            return f"Take {moved} out of its chain"
        return f"Add {block.title} on its own" if network.nodes else f"Add {block.title}"

    def sources(self, inference: Inference, block: Block) -> Refs:
        """None of them."""
        return _free(block)

    def put(self, design: Design, block: Block) -> tuple[Design, str]:
        """Adds it."""
        place = self.place or placed_edits.end_place(design)
        return _named(design, placed_edits.added_at(design, block, place))


@dataclass(frozen=True)
class Into:
    """In the edge that ends at an input port of `target`."""

    target: str
    port: int = 0

    @property
    def anchor(self) -> str:
        """The block that the edge ends at."""
        return self.target

    def follows(self, network: Network) -> str | None:
        """What the edge carries."""
        return _taken_at(network, self.target, self.port)

    def suits(self, network: Network, block: Block) -> bool:
        """What has an input and an output."""
        return bool(block.input_ports and block.output_ports)

    def words(self, network: Network, block: Block, moved: str = "") -> str:
        """Insert Conv2d between conv1 and pool1."""
        source = network.nodes[self.target].taken_at(self.port)
        if source is None:
            return _INSERT_FIRST.of(block, moved, target=self.target)
        return _INSERT.of(block, moved, source=block_of(source), target=self.target)

    def sources(self, inference: Inference, block: Block) -> Refs:
        """What the edge carries."""
        return _first(block, inference.network.nodes[self.target].taken_at(self.port))

    def put(self, design: Design, block: Block) -> tuple[Design, str]:
        """Inserts it."""
        return _named(design, placed_edits.inserted(design, block, self.target, self.port))


@dataclass(frozen=True)
class Instead:
    """In the place of a block, with its edges and what they share of their parameters."""

    block: str

    @property
    def anchor(self) -> str:
        """The block that goes."""
        return self.block

    def follows(self, network: Network) -> str | None:
        """What the block takes first."""
        return _taken_at(network, self.block, 0)

    def suits(self, network: Network, block: Block) -> bool:
        """What has an input where the block has one that is connected, and an output where something takes from it."""
        node = network.nodes[self.block]
        return bool((block.input_ports or not node.sources) and (block.output_ports or not _taken(network, node)))

    def words(self, network: Network, block: Block, moved: str = "") -> str:
        """Replace conv1 by MaxPool2d."""
        return _REPLACE.of(block, moved, target=self.block)

    def sources(self, inference: Inference, block: Block) -> Refs:
        """What the block takes."""
        return network_edits.inputs_for(inference.network.nodes[self.block], block)

    def put(self, design: Design, block: Block) -> tuple[Design, str]:
        """Replaces the block."""
        return placed_edits.exchanged(design, self.block, block)


@dataclass(frozen=True)
class Behind:
    """Behind a block: what took from it takes from the new one. In front of a block that nothing can follow."""

    block: str

    @property
    def anchor(self) -> str:
        """The block in front."""
        return self.block

    def follows(self, network: Network) -> str | None:
        """The block, or what it takes, where nothing can follow it."""
        return self.block if network.nodes[self.block].block.output_ports else _taken_at(network, self.block, 0)

    def suits(self, network: Network, block: Block) -> bool:
        """What has an input; in front of a block without outputs, what has an output as well."""
        follows = bool(network.nodes[self.block].block.output_ports)
        return bool(block.input_ports and (block.output_ports or follows))

    def words(self, network: Network, block: Block, moved: str = "") -> str:
        """Add Conv2d behind conv1."""
        node = network.nodes[self.block]
        if not node.block.output_ports:
            return Into(self.block).words(network, block, moved)
        consumers = [name for name, _ in network.consumers[self.block]] if block.output_ports else []
        if len(consumers) == 1:
            return _INSERT.of(block, moved, source=self.block, target=consumers[0])
        return _ADD_BEHIND.of(block, moved, source=self.block)

    def sources(self, inference: Inference, block: Block) -> Refs:
        """The first output that fits, or what the block in front takes."""
        if not inference.network.nodes[self.block].block.output_ports:
            return Into(self.block).sources(inference, block)
        return _first(block, placed_edits.fitting_output(inference.results[self.block], block))

    def put(self, design: Design, block: Block) -> tuple[Design, str]:
        """Appends it."""
        if not self.suits(design.network, block):
            raise NetworkError(f"{block.title} cannot follow '{self.block}'")
        return _named(design, placed_edits.appended(design, block, self.block))


@dataclass(frozen=True)
class Beside:
    """Behind an output, named as in the file, beside all that takes from it already."""

    source: str

    @property
    def anchor(self) -> str:
        """None: the place is named by its output."""
        return ""

    def follows(self, network: Network) -> str | None:
        """Nothing that has to make way for it."""
        return None

    def suits(self, network: Network, block: Block) -> bool:
        """What has an input."""
        return bool(block.input_ports)

    def words(self, network: Network, block: Block, moved: str = "") -> str:
        """Connect Conv2d behind conv1, as one more branch."""
        node = network.nodes[block_of(self.source)]
        ports = node.block.output_ports
        named = f"'{port_of(self.source, node.block)}' of {node.id}" if len(ports) > 1 else node.id
        sentences = _BRANCH if network.consumers[node.id] else _CONNECT_BEHIND
        return sentences.of(block, moved, source=named)

    def sources(self, inference: Inference, block: Block) -> Refs:
        """That output."""
        return _first(block, self.source)

    def put(self, design: Design, block: Block) -> tuple[Design, str]:
        """Adds it and connects it."""
        return _named(design, placed_edits.branched(design, block, self.source))


@dataclass(frozen=True)
class InFront:
    """In front of an input port: in its edge, or where it has none, connected to it."""

    block: str
    port: int = 0

    @property
    def anchor(self) -> str:
        """The block behind."""
        return self.block

    def follows(self, network: Network) -> str | None:
        """What the port takes."""
        return _taken_at(network, self.block, self.port)

    def suits(self, network: Network, block: Block) -> bool:
        """What has an output, and an input where there is an edge to go into."""
        inputs = network.nodes[self.block].inputs
        return bool(self.port < len(inputs) and block.output_ports and (block.input_ports or inputs[self.port] is None))

    def words(self, network: Network, block: Block, moved: str = "") -> str:
        """Connect Conv2d in front of pool1."""
        node = network.nodes[self.block]
        if self.port < len(node.inputs) and node.inputs[self.port]:
            return Into(self.block, self.port).words(network, block, moved)
        ports = node.block.input_ports
        where = f"'{ports[self.port]}' of {node.id}" if len(ports) > 1 else node.id
        return _CONNECT_IN_FRONT.of(block, moved, target=where)

    def sources(self, inference: Inference, block: Block) -> Refs:
        """What the edge carries, where there is one."""
        return _first(block, inference.network.nodes[self.block].taken_at(self.port))

    def put(self, design: Design, block: Block) -> tuple[Design, str]:
        """Inserts it, or adds and connects it."""
        if not self.suits(design.network, block):
            raise NetworkError(f"{block.title} cannot stand in front of '{self.block}'")
        return _named(design, placed_edits.put_before(design, block, self.block, self.port))


def at_the_end(network: Network) -> Spot:
    """Behind the last block that nothing takes from; in an empty network, on its own."""
    end = placed_edits.end_of(network)
    return Behind(end) if end else Alone()


def carried(design: Design, block_id: str, spot: Spot) -> Design:
    """A block that is there, out of its chain and put into another spot, under its own name.

    Raises NetworkError where it cannot stand there. The design itself, where the spot is the block's own.
    """
    block = design.network.nodes[block_id].block
    if not isinstance(block, Block):
        raise NetworkError(f"'{block_id}' is of a kind that is not known: it can only be moved")
    if block_id == (block_of(spot.source) if isinstance(spot, Beside) else spot.anchor):
        return design
    after, name = spot.put(placed_edits.removed(design, [block_id]), block.changed())
    return after if name == block_id else placed_edits.renamed(after, name, block_id)


def carried_words(network: Network, block_id: str, spot: Spot) -> str:
    """Move pool1 between flatten and dense1: what `carried` does, as undo and the ghost name it."""
    block = network.nodes[block_id].block
    return spot.words(network, block, block_id) if isinstance(block, Block) else f"Take {block_id} out of its chain"


def _named(before: Design, after: Design) -> tuple[Design, str]:
    return after, placed_edits.newest(before, after) or ""


def _first(block: Block, ref: str | None) -> Refs:
    """One output for the first of the ports."""
    return (ref, *_free(block)[1:]) if block.input_ports else ()


def _free(block: Block) -> Refs:
    return (None,) * len(block.input_ports)


def _taken_at(network: Network, block_id: str, port: int) -> str | None:
    inputs = network.nodes[block_id].inputs
    return inputs[port] if port < len(inputs) else None


def _taken(network: Network, node: Node) -> bool:
    return bool(network.consumers[node.id])
