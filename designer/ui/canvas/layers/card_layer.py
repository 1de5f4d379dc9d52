"""CardLayer: the cards and edges of one network on a scene, kept in step with it.

An edit changes a few blocks of what may be thousands. What is compared here is compared as plain values, a thousand
in a fraction of a millisecond; Qt's items are touched only where something differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF

from designer.core.graph.messages import Problem
from designer.core.graph.network import End, Network, block_of, port_of
from designer.core.graph.settings import Position
from designer.core.inference.infer import Result
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.items.edge_item import EdgeItem
from designer.ui.canvas.items.edge_paths import Routing
from designer.ui.canvas.items.frame_item import FrameItem, Outline
from designer.ui.canvas.items.rect_grid import RectGrid, Sides, overlap, sides_of
from designer.ui.canvas.layers.late_moves import LateMoves
from designer.ui.canvas.layers.layer_content import LayerChanges, LayerContent, has_the_same_ends, shape_at
from designer.ui.canvas.layers.moved_together import Together, by_shift, edges_at, shifts_of
from designer.ui.canvas.layers.stage import Stage
from designer.ui.style.theme import Look

MANY = 40
"""Where an edit moves more cards than this, those out of view go to their places later."""


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
        self._problems: Mapping[str, Problem] = {}
        self._wired: dict[str, tuple[str | None, ...]] = {}
        self.places: dict[str, Position] = {}
        """The cards' top left corners on the scene."""
        self._frames: dict[str, FrameItem] = {}
        self._chosen: set[str] = set()
        """Cards that were selected when they became frames, or the other way round."""
        self._moved: dict[str, Position | None] = {}
        """Cards whose edges have to follow, with the places that these were drawn for."""
        self._held = False
        self._late_cards = LateMoves[str](self._seen_cards, self._bring_card)
        self._late_edges = LateMoves[End](self._seen_edges, self._draw)
        self._near: Sides | None = None
        """Of an edit that moves much: what is seen outside of this may be late."""
        self._to_trace: dict[str, Position] = {}
        """Late cards whose edges have not followed, with the places that these were drawn for."""
        self._led: dict[End, None] = {}
        """Edges of theirs that have."""
        self._to_lead: dict[End, None] = {}

    def show(self, content: LayerContent) -> bool:
        """Shows another state of the network; whether any card has come, gone or moved."""
        self._catch_up()
        before, self._results = self._results, content.results
        self._network = content.network
        changes = LayerChanges()
        with self.held():
            gone = self._drop_cards(content, changes)
            self._show_cards(content, before, changes)
            self._show_frames(content)
            self._place_cards(content)
            self._wire(changes)
            self._leave_for_later()
            moved = bool(self._moved or self._to_trace)
        if not self._to_trace:
            self._near = None
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
        self._catch_up()
        self._lies_at(card, *card.scenePos().toTuple())
        if not self._held:
            self._follow()

    def _lies_at(self, card: BlockItem, x: float, y: float) -> None:
        """Remembers a card's place, and that its edges have to follow."""
        name = card.block_id
        self._late_cards.drop(name)
        self._moved.setdefault(name, self.places.get(name))
        self.places[name] = x, y
        self._lay(card, x, y)

    def _lay(self, card: BlockItem, x: float, y: float) -> None:
        card.area = area = card.room().translated(x, y)
        self.lying.put(card.block_id, area)

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
        self._catch_up()
        self._moved[name] = None
        if not self._held:
            self._follow()

    def _drop_cards(self, content: LayerContent, changes: LayerChanges) -> bool:
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
            self._late_cards.drop(name)
            self._moved.pop(name, None)
            del self._wired[name], self.places[name]
        return bool(gone)

    def _show_cards(self, content: LayerContent, before: Mapping[str, Result], changes: LayerChanges) -> None:
        """New ones, and those that differ. Found by the results alone: an edit changes few of what may be thousands."""
        told = [name for name, result in content.results.items() if before.get(name) is not result]
        told += [name for name in content.results if name not in self.cards]
        judged, self._problems = self._problems, content.problems
        told += [name for name in {**judged, **content.problems} if judged.get(name) is not content.problems.get(name)]
        for name in dict.fromkeys(told):
            if name not in content.results:
                continue
            result, problem = content.results[name], content.problems.get(name)
            card = self.cards.get(name)
            if card is None:
                changes.rewired.append(name)
                self.cards[name] = self._new_card(result, problem, content.frames.get(name))
                continue
            if card.result is not result:
                changes.retold.append(name)
                if not has_the_same_ends(card.result.node, result.node):
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
        wanted = {name: (x + dx, y + dy) for name, (x, y) in content.places.items()} if dx or dy else content.places
        known = self.places.get
        moved = [name for name, place in wanted.items() if known(name) != place and name in self.cards]
        near = self._stage.near() if len(moved) > MANY else None
        waiting = self._unseen(moved, wanted, near) if near is not None else ()
        self._near = None if near is None else sides_of(near)
        late = [name for name in moved if name in waiting]
        self._to_trace |= {name: self.places[name] for name in late}
        self.places |= {name: wanted[name] for name in late}
        self._late_cards.put({name: self.cards[name] for name in late})
        for name in moved:
            if name in waiting:
                continue
            card, place = self.cards[name], wanted[name]
            card.put(*place)
            if name not in self._wired:
                self._stage.addItem(card)
            self._lies_at(card, *place)

    def _unseen(self, names: Iterable[str], places: Mapping[str, Position], near: QRectF) -> set[str]:
        """The cards that are not seen to go to their places."""
        seen = self._frames.keys() | self.lying.touching(near)
        left, top, right, bottom = sides_of(near.adjusted(-CARD_WIDTH, -CARD_HEIGHT, 0, 0))
        found = set()
        for name in names:
            if name not in seen and name in self._wired:
                x, y = places[name]
                if not (left < x < right and top < y < bottom):
                    found.add(name)
        return found

    def _wire(self, changes: LayerChanges) -> None:
        """Edges that are not as they were go, others come; all that may be elsewhere are drawn with the moved cards."""
        told: dict[End, None] = {}
        for name in changes.rewired:
            new, old = self._network.nodes[name].inputs, self._wired.get(name, ())
            for port in range(max(len(new), len(old))):
                ref, end = new[port] if port < len(new) else None, (name, port)
                if ref is None:
                    self._drop_edge(end, changes)
                elif port >= len(old) or old[port] != ref:
                    self._let_edge_come(ref, end, changes)
                    told[end] = None
            self._wired[name] = new
            self._moved[name] = None
            self._to_trace.pop(name, None)
            changes.opened.add(name)
        for name in changes.retold:
            told.update(dict.fromkeys(self._network.consumers[name]))
        for end in told:
            self.edges[end].show_shape(shape_at(self._results, self.edges[end].source))

    def _let_edge_come(self, ref: str, end: End, changes: LayerChanges) -> None:
        """From this output. One that ends there is led anew: to take an item and bring another costs Qt a long look."""
        edge = self.edges.get(end)
        if edge is None:
            self.edges[end] = edge = EdgeItem(self._stage, ref, *end, self._theme)
            self._stage.addItem(edge)
        else:
            changes.opened.add(block_of(edge.source))
            edge.source = ref
            edge.setSelected(False)
        changes.opened.add(block_of(ref))

    def _drop_edge(self, end: End, changes: LayerChanges) -> None:
        edge = self.edges.pop(end, None)
        if edge is not None:
            changes.opened.add(block_of(edge.source))
            self._stage.removeItem(edge)
            self._routing.take_edge(end)
            self._late_edges.drop(end)

    def _taken(self, name: str) -> frozenset[str]:
        """The output ports of a block that something takes from."""
        block = self._network.nodes[name].block
        refs = [self._network.nodes[target].inputs[port] for target, port in self._network.consumers[name]]
        return frozenset(port_of(ref, block) for ref in refs if ref)

    def _leave_for_later(self) -> None:
        """Edges among late cards follow later, but for long ones, which may be seen where their ends are not."""
        if not self._to_trace:
            return
        for by, names in by_shift(shifts_of(self._to_trace, self.places)).items():
            self._routing.move_cards(names, by)
        ending, self._led = edges_at(self._to_trace, self._wired, self._network.consumers)
        self._late_edges.put({end: self.edges[end] for end in ending})
        self._led.update(dict.fromkeys(self._routing.long_ones(self._to_trace)))
        self._to_lead = self._led

    def _catch_up(self) -> None:
        """Moves the edges among late cards, before these move again or anybody asks where an edge is."""
        if self._to_trace:
            waiting, self._to_trace = self._to_trace, {}
            together = Together(shifts_of(waiting, self.places), self._wired, self._network.consumers, self._led)
            for by, ends in together.edges.items():
                self._routing.move_late(ends, by)
            self._lead_all(together.others)
            self._near = None

    def _follow(self) -> None:
        """Draws the edges of all cards that have moved, and those that cards are in the way of now, or no longer."""
        moved, self._moved = self._moved, {}
        to_lead, self._to_lead = self._to_lead, {}
        shifts = shifts_of(moved, self.places)
        for by, names in by_shift(shifts).items():
            self._routing.move_cards(names, by)
        for name, shift in shifts.items():
            if shift is None:
                self._routing.put_card(name, self.cards[name].room().translated(*self.places[name]))
        together = Together(shifts, self._wired, self._network.consumers)
        for by, ends in together.edges.items():
            self._routing.move_edges(ends, by)
        self._lead_all({**to_lead, **together.others})
        if moved or to_lead:
            self._stage.cards_have_moved()

    def _lead_all(self, ends: Iterable[End]) -> None:
        for end in ends:
            if end in self.edges:
                self._lead(self.edges[end])
        self._draw_ways()

    def _draw_ways(self) -> None:
        """Draws the edges that take another way, or have moved with their cards."""
        ways, shifted = self._routing.settle()
        for way in ways:
            if not self._put_off(way.end):
                self._late_edges.drop(way.end)
                self.edges[way.end].draw_between(way.start, way.stop, way.lanes)
        for end, by in shifted.items():
            if self._put_off(end):
                continue
            if end in self._late_edges:
                self._late_edges.bring(end)
            else:
                self.edges[end].shift(by)

    def _lead(self, edge: EdgeItem) -> None:
        """Tells where an edge begins and ends."""
        source, target = self.cards[block_of(edge.source)], self.cards[edge.target]
        start = self._place(source) + source.output_place(port_of(edge.source, source.result.node.block))
        stop = self._place(target) + target.input_place(edge.port)
        self._routing.put_edge((edge.target, edge.port), edge.source, start, stop)

    def _place(self, card: BlockItem) -> QPointF:
        return QPointF(*self.places[card.block_id])

    def is_late(self) -> bool:
        """Whether anything is not where it belongs yet."""
        return bool(self._late_cards) or bool(self._late_edges) or bool(self._to_trace)

    def settle(self, rect: QRectF | None = None) -> None:
        """Brings all of it to its place that is seen in a rectangle, or all."""
        self._catch_up()
        self._late_cards.settle(rect)
        self._late_edges.settle(rect)

    def bring_some(self, until: float) -> bool:
        """Brings some of it to its place until a time of `perf_counter`; whether that were all."""
        self._catch_up()
        return self._late_cards.bring_some(until) and self._late_edges.bring_some(until)

    def _seen_cards(self, names: Iterable[str], rect: QRectF) -> list[str]:
        """The late cards that are in a rectangle, where they are or where they belong."""
        unseen = self._unseen(names, self.places, rect)
        return [name for name in names if name not in unseen]

    def _bring_card(self, name: str) -> None:
        card, place = self.cards[name], self.places[name]
        card.put(*place)
        self._lay(card, *place)

    def _seen_edges(self, ends: Iterable[End], rect: QRectF) -> list[End]:
        """The late edges that are in a rectangle, where they are or where they belong."""
        near = sides_of(rect)
        return [end for end in ends if self._is_near(end, near)]

    def _is_near(self, end: End, near: Sides) -> bool:
        drawn = self.edges[end].sides
        return (drawn is not None and overlap(drawn, near)) or self._routing.meets(end, near)

    def _put_off(self, end: End) -> bool:
        """Leaves an edge where it is for now, if it is not seen to take its new way."""
        edge = self.edges[end]
        if self._near is None or edge.sides is None or self._is_near(end, self._near):
            return False
        self._late_edges.put({end: edge})
        return True

    def _draw(self, end: End) -> None:
        self._catch_up()
        way = self._routing.way(end)
        self.edges[end].draw_between(way.start, way.stop, way.lanes)
