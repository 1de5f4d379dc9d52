"""One edge before it is made: whether it can be, what comes of it, and what would mend it on the way.

An edge that can never hold is refused: one that closes a circle, and one to a block that takes other axes altogether
and knows no mend. Where there is a mend, such as a Flatten between an image and a Dense, the edge is made with it.
Where only sizes do not go together, such as a kernel that is too large, it can be made: a parameter may still change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from designer.core.edits import network_edits, placed_edits
from designer.core.graph.block import Block, ShapeError, WrongInputError
from designer.core.graph.design import Design
from designer.core.graph.messages import Fix
from designer.core.graph.network import Network, NetworkError, Node, block_of
from designer.core.inference.infer import Inference, Result, free_ports, infer_after
from designer.core.inference.plugin_guard import output_shapes
from designer.core.validation.quick_fixes import with_fixes


@dataclass(frozen=True)
class Wire:
    """An edge that a person is about to make. A port behind the last one is one more of a block that takes any number.

    `taken` is the input port whose edge is led elsewhere, where it is not a new one.
    """

    source: str
    target: str
    port: int
    taken: tuple[str, int] | None = None

    def made(self, design: Design) -> Design:
        """The design with the edge. Raises NetworkError where there is no such output or port, and for a circle."""
        return design.edit(self._connected)

    def _connected(self, network: Network) -> Network:
        if self.taken and self.taken != (self.target, self.port):
            network = network_edits.disconnect(network, *self.taken)
        if self.port == len(network.nodes[self.target].inputs):
            return network_edits.connect_more(network, self.source, self.target)
        return network_edits.connect(network, self.source, self.target, self.port)

    def mended(self, design: Design, fix: Fix) -> Design:
        """The design with the edge, and a mend of the block where it ends."""
        return placed_edits.mended(self.made(design), fix.apply)

    def words(self, network: Network) -> str:
        """conv1 → add1, input '2'."""
        return f"{self.source} → {self.end(network)}"

    def end(self, network: Network) -> str:
        """add1, input '2'."""
        ports = network.nodes[self.target].block.input_ports
        return f"{self.target}, input '{ports[self.port]}'" if 1 < len(ports) > self.port else self.target


@dataclass(frozen=True)
class Verdict:
    """What is to be said of an edge before it is made."""

    words: str
    shape: str = ""
    """What the block where it ends would give."""
    reason: str = ""
    """Why that block would not work."""
    waits: str = ""
    """The port of that block that would still be free."""
    fix: Fix | None = None
    """What would mend it."""
    allowed: bool = True
    """Whether the edge can be made."""
    end: str = field(default="", compare=False)
    """The input where it ends, and what it takes the place of there."""


def judged(design: Design, inference: Inference, wire: Wire) -> Verdict:
    """What would come of an edge; `inference` is that of the design."""
    network = design.network
    taken = next(iter(network.nodes[wire.target].inputs[wire.port : wire.port + 1]), None)
    instead = f", instead of {taken}" if taken not in (None, wire.source) else ""
    words, end = f"{wire.words(network)}{instead}", f"{wire.end(network)}{instead}"
    if taken == wire.source and wire.taken is None:
        return Verdict(words, reason=f"'{wire.target}' takes it there already", allowed=False)
    if block_of(wire.source) == wire.target:
        return Verdict(words, reason="a block cannot take from itself", allowed=False)
    try:
        after = wire.made(design)
    except NetworkError as error:
        return Verdict(words, reason=str(error), allowed=False)
    found = infer_after(inference, after.network)
    result = found.results[wire.target]
    if waiting := free_ports(result.node):
        return Verdict(words, waits=waiting[0])
    if result.problem is None:
        return Verdict(words, _given(result), end=end)
    reason = result.problem.message
    if not _takes_other_axes(result, wire.port):
        return Verdict(words, reason=reason)
    fixes = [fix for fix in with_fixes(result.problem, found).fixes if not fix.loses]
    if not fixes:
        return Verdict(words, reason=reason, allowed=False)
    return Verdict(words, reason=reason, fix=_best(after, found, wire.target, fixes))


def _given(result: Result) -> str:
    return str(result.shape) if result.shape and result.node.block.output_ports else ""


def _takes_other_axes(result: Result, port: int) -> bool:
    """Whether it is the value at this very port that the block could take with no parameters."""
    block, inputs = result.node.block, result.inputs
    if not isinstance(block, Block) or inputs is None:
        return False
    try:
        output_shapes(block, inputs)
    except WrongInputError as error:
        connected = [number for number, ref in enumerate(result.node.inputs) if ref]
        return connected[min(error.port, len(connected) - 1)] == port
    except ShapeError:
        return False
    return False


def _best(design: Design, inference: Inference, target: str, fixes: Sequence[Fix]) -> Fix:
    """The first mend that leaves the block without a problem; else the first."""
    for fix in fixes:
        try:
            after = fix.apply(design).network
        except NetworkError:
            continue
        if target in after.nodes and infer_after(inference, after).results[target].problem is None:
            return fix
    return fixes[0]


def nothing_there(node: Node, wants_input: bool) -> str:
    """What to say of a block that has no port of the sort that an edge looks for; empty where it has one."""
    if wants_input and not node.inputs:
        return f"{node.id} has no input"
    if not wants_input and not node.block.output_ports:
        return f"{node.id} has no output"
    return ""
