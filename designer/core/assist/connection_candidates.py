"""The edges that could be made at a block, with what would come of each: for connecting without a mouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from designer.core.assist.preview import Fit, fit
from designer.core.edits import network_edits
from designer.core.graph.block import Block
from designer.core.graph.messages import all_wrong
from designer.core.graph.network import Network, Node, block_of, ref_to
from designer.core.graph.settings import Position
from designer.core.inference.infer import Inference


@dataclass(frozen=True)
class Join:
    """An edge from an output to an input port; a port behind the last one is added by `network_edits.connect_more`."""

    source: str
    """The output, as `Node.inputs` names it."""
    target: str
    port: int
    taken: str | None
    """What the port takes from now, and would no longer."""
    fit: Fit
    """What `target` would give then, or why it would not fit."""

    def port_name(self, network: Network) -> str:
        """The port's name, where the target has several; 'another' for one more."""
        node = network.nodes[self.target]
        if self.port >= len(node.inputs):
            return "another"
        return node.input_name(self.port) if len(node.inputs) > 1 else ""


def joins(inference: Inference, places: Mapping[str, Position], block_id: str) -> list[Join]:
    """The edges from and to a block that could be made, none of which closes a circle.

    What fits comes before what does not, free ports before taken ones, and then what lies near.
    """
    network = inference.network
    node, above, below = network.nodes[block_id], network.upstream(block_id), network.downstream(block_id)
    found = [
        join
        for other in network.nodes.values()
        for one, to in ((node, other), (other, node))
        if other.id not in (above if one is node else below)
        for source in _outputs(one)
        for join in _to(inference, source, to)
    ]
    here = places[block_id]

    def order(join: Join) -> tuple[bool, bool, float]:
        other = places[join.target if join.target != block_id else block_of(join.source)]
        return bool(join.fit.reason), join.taken is not None, abs(other[0] - here[0]) + abs(other[1] - here[1])

    return sorted(found, key=order)


def _outputs(node: Node) -> list[str]:
    return [ref_to(node.id, node.block, port) for port in node.block.output_ports]


def _to(inference: Inference, source: str, node: Node) -> Iterator[Join]:
    """The ports of a block that an output could go to; a merging block that is full has one more."""
    for port, taken in enumerate(node.inputs):
        if taken != source:
            yield Join(source, node.id, port, taken, _fit(inference, source, node, port))
    if network_edits.takes_more(node):
        yield Join(source, node.id, len(node.inputs), None, _fit(inference, source, node, len(node.inputs)))


def _fit(inference: Inference, source: str, node: Node, port: int) -> Fit:
    refs = list(node.inputs)
    refs[port : port + 1] = [source]
    block = node.block
    if not isinstance(block, Block):
        return Fit()
    if port >= len(node.inputs):
        try:
            block = block.changed(count=len(refs))
        except ValidationError as error:
            return Fit(reason=all_wrong(error, block.form_fields()))
    return fit(inference, block, tuple(refs))
