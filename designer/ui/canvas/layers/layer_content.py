"""What a layer of cards is to show, and what an edit has changed of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF

from designer.core.graph.messages import Problem
from designer.core.graph.network import Network, Node, block_of, port_of
from designer.core.graph.settings import Position
from designer.core.inference.infer import Result
from designer.core.schema.shape import Shape
from designer.ui.canvas.items.frame_item import Outline


@dataclass(frozen=True)
class LayerContent:
    """What a layer is to show. `places` has one for each block, in the document; `offset` leads to the scene."""

    network: Network
    results: Mapping[str, Result]
    problems: Mapping[str, Problem]
    places: Mapping[str, Position]
    offset: QPointF
    frames: Mapping[str, Outline] = field(default_factory=dict)
    """The groups that are open in place."""


@dataclass
class LayerChanges:
    """The names of blocks that an edit has touched."""

    rewired: list[str] = field(default_factory=list)
    """New, or with other edges or ports."""
    retold: list[str] = field(default_factory=list)
    """With another result."""
    opened: set[str] = field(default_factory=set)
    """Other edges leave them than before."""


def has_the_same_ends(was: Node, now: Node) -> bool:
    """Whether all edges of a block begin and end where they did: most edits are of other fields."""
    if was is now:
        return True
    ports = (was.block.input_ports, was.block.output_ports)
    return was.inputs == now.inputs and ports == (now.block.input_ports, now.block.output_ports)


def by_block(problems: Iterable[Problem]) -> dict[str, Problem]:
    """The first problem of each block."""
    found: dict[str, Problem] = {}
    for problem in problems:
        found.setdefault(problem.block, problem)
    return found


def shape_at(results: Mapping[str, Result], ref: str) -> Shape | None:
    """What an output gives; None where that is not known, or there is no such port."""
    result = results[block_of(ref)]
    port = port_of(ref, result.node.block)
    return result.port_shape(port) if port in result.node.block.output_ports else None
