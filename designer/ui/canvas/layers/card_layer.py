"""CardLayer: the cards and edges of one network on a scene, kept in step with it.

An edit changes a few blocks of what may be thousands. What is compared here is compared as plain values, a thousand
in a fraction of a millisecond; Qt's items are touched only where something differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF

from designer.core.graph.messages import Problem
from designer.core.graph.network import Network, Node, block_of, port_of
from designer.core.graph.settings import Position
from designer.core.inference.infer import Result
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.core.schema.shape import Shape
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.items.edge_item import EdgeItem
from designer.ui.canvas.items.edge_paths import Routing
from designer.ui.canvas.items.frame_item import FrameItem, Outline
from designer.ui.canvas.items.rect_grid import RectGrid
from designer.ui.canvas.layers.stage import Stage
from designer.ui.style.theme import Look

End = tuple[str, int]
"""Where an edge ends: a block and its input port."""


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
class _Changes:
    """The names of blocks that an edit has touched."""

    rewired: list[str] = field(default_factory=list)
    """New, or with other edges or ports."""
    retold: list[str] = field(default_factory=list)
    """With another result."""
    opened: set[str] = field(default_factory=set)
    """Other edges leave them than before."""


class CardLayer:
    """Cards by block, edges by the port where they end."""

    def __init__(self, stage: Stage, theme: Look) -> None:
        self._stage, self._theme = stage, theme
        self.cards: dict[str, BlockItem] = {}
        self.edges: dict[End, EdgeItem] = {}
        self.lying = RectGrid[str]()
        """Where the cards lie, by block."""
        self._routing = Routing()
        self._network = Network()
        self._results: Mapping[str, Result] = {}
        self._wired: dict[str, tuple[str | None, ...]] = {}
        self.places: dict[str, Position] = {}
        """The cards' top left corners on the scene."""
        self._frames: dict[str, FrameItem] = {}
        self._chosen: set[str] = set()
        """Cards that were selected when they became frames, or the other way round."""
        self._moved: dict[str, Position | None] = {}
        """Cards whose edges have to follow, with the places that these were drawn for."""
        self._held = False

    def show(self, content: LayerContent) -> bool:
        """Shows another state of the network; whether any card has come, gone or moved."""
        self._network, self._results = content.network, content.results
        changes = _Changes()
        with self.held():
            gone = self._drop_cards(content, changes)
            self._show_cards(content, changes)
            self._show_frames(content)
            self._place_cards(content)
            self._wire(changes)
            moved = bool(self._moved)
        for name in changes.opened.intersection(self.cards):
            self.cards[name].show_taken(self._taken(name))
        return gone or moved

    @contextmanager
    def held(self) -> Iterator[None]:
        """While it lasts, edges wait; then each follows once, however many cards have moved."""
        if self._held:
            yield
            return
        self._held = True
        try:
            yield
        finally:
            self._held = False
            self._follow()

    def card_moved(self, card: BlockItem) -> None:
        """A card of this layer has another place: its edges follow."""
        name = card.block_id
        if self.cards.get(name) is not card:
            return
        self._lies_at(card, *card.scenePos().toTuple())
        if not self._held:
            self._follow()

    def _lies_at(self, card: BlockItem, x: float, y: float) -> None:
        """Remembers a card's place, and that its edges have to follow."""
        name = card.block_id
        self._moved.setdefault(name, self.places.get(name))
        self.places[name] = x, y
        card.area = card.room().translated(x, y)
        self.lying.put(name, card.area)

    def rect(self) -> QRectF:
        """The rectangle around all cards; empty where there are none."""
        if not self.places:
            return QRectF()
        across, down = zip(*self.places.values(), strict=True)
        left, top = min(across), min(down)
        rect = QRectF(left, top, max(across) - left + CARD_WIDTH, max(down) - top + CARD_HEIGHT)
        for frame in self.frames():
            rect = rect.united(frame.room().translated(frame.scenePos()))
        return rect

    def frames(self) -> list[FrameItem]:
        """The groups that are open in place."""
        return [self._frames[name] for name in self._frames]

    def redraw(self, name: str) -> None:
        """Draws the edges of a block anew: its ports are elsewhere."""
        self._moved[name] = None
        if not self._held:
            self._follow()

    def ends_at(self, name: str) -> list[End]:
        """The ends of all edges of a block, those that come and those that go."""
        own = [(name, port) for port, ref in enumerate(self._wired.get(name, ())) if ref]
        return [*own, *self._network.consumers.get(name, ())]

    def _drop_cards(self, content: LayerContent, changes: _Changes) -> bool:
        """Those of blocks that are gone, and those that become a frame, or are one no longer."""
        other = content.frames.keys() ^ self._frames.keys()
        gone = [name for name in self.cards if name not in self._network.nodes or name in other]
        self._chosen = {name for name in gone if self.cards[name].isSelected()}
        for name in gone:
            for port in range(len(self._wired[name])):
                self._drop_edge((name, port), changes)
            self._stage.removeItem(self.cards.pop(name))
            self._frames.pop(name, None)
            self.lying.take(name)
            self._routing.take_card(name)
            self._moved.pop(name, None)
            del self._wired[name], self.places[name]
        return bool(gone)

    def _show_cards(self, content: LayerContent, changes: _Changes) -> None:
        for name in content.network.nodes:
            result, problem = content.results[name], content.problems.get(name)
            card = self.cards.get(name)
            if card is None:
                changes.rewired.append(name)
                self.cards[name] = self._new_card(result, problem, content.frames.get(name))
                continue
            if card.result is not result:
                changes.retold.append(name)
                if not _has_the_same_ends(card.result.node, result.node):
                    changes.rewired.append(name)
            elif card.problem is problem:
                continue
            if card.show_result(result, problem):
                self._stage.cards_look_otherwise()

    def _new_card(self, result: Result, problem: Problem | None, outline: Outline | None) -> BlockItem:
        name = result.node.id
        if outline is None:
            card = BlockItem(self._stage, result, self._theme, problem)
        else:
            card = self._frames[name] = FrameItem(self._stage, result, self._theme, problem, outline)
        card.setSelected(name in self._chosen)
        return card

    def _show_frames(self, content: LayerContent) -> None:
        for name, outline in content.frames.items():
            frame = self._frames[name]
            if frame.show_outline(outline):
                self._moved[name] = None
                if frame.scene():
                    frame.area = frame.room().translated(frame.scenePos())
                    self.lying.put(name, frame.area)

    def _place_cards(self, content: LayerContent) -> None:
        dx, dy = content.offset.x(), content.offset.y()
        for name, (x, y) in content.places.items():
            if self.places.get(name) == (x + dx, y + dy) or name not in self.cards:
                continue
            card = self.cards[name]
            card.put(x + dx, y + dy)
            if name not in self._wired:
                self._stage.addItem(card)
            self._lies_at(card, x + dx, y + dy)

    def _wire(self, changes: _Changes) -> None:
        """Edges that are not as they were go, others come; all that may be elsewhere are drawn with the moved cards."""
        told: dict[End, None] = {}
        for name in changes.rewired:
            new, old = self._network.nodes[name].inputs, self._wired.get(name, ())
            for port in range(max(len(new), len(old))):
                ref = new[port] if port < len(new) else None
                if port < len(old) and old[port] != ref:
                    self._drop_edge((name, port), changes)
                if ref and (name, port) not in self.edges:
                    self._add_edge(ref, (name, port), changes)
                    told[name, port] = None
            self._wired[name] = new
            self._moved[name] = None
            changes.opened.add(name)
        for name in changes.retold:
            told.update(dict.fromkeys(self._network.consumers[name]))
        for end in told:
            self.edges[end].show_shape(self._carried(self.edges[end].source))

    def _add_edge(self, ref: str, end: End, changes: _Changes) -> None:
        self.edges[end] = edge = EdgeItem(self._stage, ref, *end, self._theme)
        changes.opened.add(block_of(ref))
        self._stage.addItem(edge)

    def _drop_edge(self, end: End, changes: _Changes) -> None:
        edge = self.edges.pop(end, None)
        if edge is not None:
            changes.opened.add(block_of(edge.source))
            self._stage.removeItem(edge)
            self._routing.take_edge(end)

    def _taken(self, name: str) -> frozenset[str]:
        """The output ports of a block that something takes from."""
        block = self._network.nodes[name].block
        refs = [self._network.nodes[target].inputs[port] for target, port in self._network.consumers[name]]
        return frozenset(port_of(ref, block) for ref in refs if ref)

    def _carried(self, ref: str) -> Shape | None:
        """What an output gives."""
        result = self._results[block_of(ref)]
        ports = result.node.block.output_ports
        port = port_of(ref, result.node.block)
        return result.port_shape(port) if port in ports else None

    def _follow(self) -> None:
        """Draws the edges of all cards that have moved, and those that cards are in the way of now, or no longer."""
        moved, self._moved = self._moved, {}
        shifts = {name: self._shift(name, was) for name, was in moved.items()}
        carried = self._carry(shifts)
        for name, shift in shifts.items():
            if shift is None:
                self._routing.put_card(name, self.lying.rect(name))
        for end in dict.fromkeys(end for name in moved for end in self.ends_at(name)):
            if end not in carried and end in self.edges:
                self._lead(self.edges[end])
        ways, shifted = self._routing.settle()
        for way in ways:
            self.edges[way.end].draw_between(way.start, way.stop, way.lanes)
        for end, by in shifted.items():
            self.edges[end].shift(by)
        if moved:
            self._stage.cards_have_moved(moved)

    def _carry(self, shifts: Mapping[str, Position | None]) -> set[End]:
        """Moves the cards that make room together, with the edges among them; these edges."""
        together: dict[Position, list[str]] = {}
        for name, shift in shifts.items():
            if shift is not None:
                together.setdefault(shift, []).append(name)
        carried: set[End] = set()
        for shift, names in together.items():
            ends = [
                (name, port)
                for name in names
                for port, ref in enumerate(self._wired[name])
                if ref and shifts.get(block_of(ref)) == shift
            ]
            self._routing.move(names, ends, shift)
            carried.update(ends)
        return carried

    def _shift(self, name: str, was: Position | None) -> Position | None:
        """By how much a card has moved; None where its ports may have, too."""
        if was is None:
            return None
        x, y = self.places[name]
        return x - was[0], y - was[1]

    def _lead(self, edge: EdgeItem) -> None:
        """Tells where an edge begins and ends."""
        source, target = self.cards[block_of(edge.source)], self.cards[edge.target]
        start = source.scenePos() + source.output_place(port_of(edge.source, source.result.node.block))
        stop = target.scenePos() + target.input_place(edge.port)
        self._routing.put_edge((edge.target, edge.port), edge.source, start, stop)


def _has_the_same_ends(was: Node, now: Node) -> bool:
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
