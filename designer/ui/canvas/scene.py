"""CanvasScene: shows exactly the document's network, and turns gestures into edits."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF, QRect, QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QGraphicsSceneMouseEvent, QStyleOptionGraphicsItem

from designer.core.definition import Defined
from designer.core.design import Design
from designer.core.layout import CARD_HEIGHT, CARD_WIDTH, complete
from designer.core.network import Node, block_of, port_of
from designer.core.shape import Shape
from designer.ui import note_edits
from designer.ui.canvas.block_item import BlockItem
from designer.ui.canvas.edge_item import EdgeItem
from designer.ui.canvas.edge_labels import LEAST_ZOOM, paint_labels
from designer.ui.canvas.far import FarPicture
from designer.ui.canvas.note_layer import NoteLayer
from designer.ui.editor import Editor
from designer.ui.theme import Look

_ROOM = 2000.0  # so much that the view is not centred anew, and does not jump, when a block comes or goes
_GRID = 4.0


class CanvasScene(QGraphicsScene):
    """Cards and edges. `current_changed(block_id)` names the one selected block, or is empty."""

    current_changed = Signal(str)
    pressed = Signal(str)
    """The mouse is pressed on a block, which may have been selected before."""
    recoloured = Signal()
    """Cards have other colours."""

    def __init__(self, editor: Editor, theme: Look) -> None:
        super().__init__()
        self.editor = editor
        self.theme = theme
        self.cards: dict[str, BlockItem] = {}
        self.edges: dict[tuple[str, int], EdgeItem] = {}
        self.far = FarPicture(self)
        """All of it, as it looks from far away."""
        self.notes = NoteLayer(self)
        self.offset = QPointF()
        """Where the document's place (0, 0) of what is edited lies on the scene."""
        self.shapes_on_edges = True
        """Whether edges say what they carry."""
        self.covered: Callable[[], list[QRectF]] = list
        """Where a drag covers the canvas with words of its own."""
        self.heat: Callable[[BlockItem], str] = lambda card: ""
        """The colour of a card that says what its block costs; empty where it keeps its own."""
        self._placing = False
        self._marked: EdgeItem | None = None
        self._current = ""
        self._path = editor.path
        editor.changed.connect(lambda before, after: self._show())
        editor.path_changed.connect(self._show_other)
        editor.added.connect(self.select)
        theme.changed.connect(self._repaint)
        self.selectionChanged.connect(self._tell_current)
        self._show()

    @property
    def current(self) -> str:
        """The one selected block; empty where none or several are."""
        chosen = self.selected_blocks()
        return chosen[0] if len(chosen) == 1 else ""

    def selected_blocks(self) -> list[str]:
        """The names of the selected blocks."""
        return [item.block_id for item in self.selectedItems() if isinstance(item, BlockItem)]

    def selected_edges(self) -> list[tuple[str, int]]:
        """The selected edges, by the port where they end."""
        return [(item.target, item.port) for item in self.selectedItems() if isinstance(item, EdgeItem)]

    def select(self, block_id: str) -> None:
        """Selects one block alone."""
        self.clearSelection()
        if block_id in self.cards:
            self.cards[block_id].setSelected(True)

    def select_only(self, blocks: Iterable[str]) -> None:
        """Selects some blocks, and nothing else."""
        self.clearSelection()
        for block_id in blocks:
            if block_id in self.cards:
                self.cards[block_id].setSelected(True)

    def delete_selected(self) -> None:
        """Takes the selected blocks and edges out."""
        blocks, edges, notes = self.selected_blocks(), self.selected_edges(), self.notes.selected()
        if blocks or edges or notes:
            self.editor.remove(blocks, edges, notes)

    def duplicate_selected(self) -> None:
        """Copies of the selected blocks and notes, which are selected then."""
        blocks, notes, before = self.selected_blocks(), self.notes.selected(), self.editor.shown
        if (blocks or notes) and self.editor.duplicate(blocks, notes):
            self.select_new(before)

    def select_new(self, before: Design) -> None:
        """Selects the blocks and notes that have come since, and nothing else."""
        self.select_only(name for name in self.cards if name not in before.network.nodes)
        for name, item in self.notes.items.items():
            if name not in before.view.notes:
                item.setSelected(True)

    def open_group(self, block_id: str) -> None:
        """Shows the inside of a block, where it is a group."""
        node = self.editor.shown.network.nodes.get(block_id)
        if node and isinstance(node.block, Defined):
            self.editor.open_group((*self.editor.path, block_id))

    def taken_ports(self, block_id: str) -> set[str]:
        """The output ports of a block that something takes from."""
        network = self.editor.shown.network
        if block_id not in network.nodes:
            return set()
        refs = [network.nodes[name].inputs[port] for name, port in network.consumers[block_id]]
        return {port_of(ref, network.nodes[block_id].block) for ref in refs if ref}

    def card_moved(self, block_id: str) -> None:
        """A card has another place: its edges follow."""
        network = self.editor.shown.network
        if block_id not in network.nodes or self._placing:
            return
        self.far.forget()
        ends = [(block_id, port) for port in range(len(network.nodes[block_id].inputs))]
        for end in [*ends, *network.consumers[block_id]]:
            self._draw_edge(end)

    def cards_dropped(self) -> None:
        """The end of a drag: what has moved becomes one edit, on the grid of 4 pixels."""
        known = self.editor.shown.view.positions
        moved = {}
        for block_id in self.selected_blocks():
            place = self.cards[block_id].scenePos() - self.offset
            snapped = (round(place.x() / _GRID) * _GRID, round(place.y() / _GRID) * _GRID)
            if snapped != known.get(block_id):
                moved[block_id] = snapped
        if notes := self.notes.moved(_GRID):
            note_edits.move(self.editor, moved, notes)
        elif moved:
            self.editor.move(moved)

    def card_at(self, place: QPointF) -> BlockItem | None:
        """The topmost card at a place."""
        return next((item for item in self.items(place) if isinstance(item, BlockItem)), None)

    def edge_near(self, place: QPointF) -> EdgeItem | None:
        """An edge at a place, or that a card dropped with its middle there would lie on."""
        around = QRectF(place.x() - CARD_WIDTH / 4, place.y() - CARD_HEIGHT / 2, CARD_WIDTH / 2, CARD_HEIGHT)
        found = [item for item in self.items(around) if isinstance(item, EdgeItem)]
        return min(found, key=lambda edge: _distance(edge, place), default=None)

    def mark_edge(self, edge: EdgeItem | None) -> None:
        """Shows which edge a dragged block would go into."""
        for item in (self._marked, edge):
            if item is not None:
                item.wanted = item is edge
                item.update()
        self._marked = edge

    def edges_that_stand_out(self) -> list[EdgeItem]:
        """The selected edges, and the one that a dragged block would go into."""
        found = [item for item in self.selectedItems() if isinstance(item, EdgeItem)]
        return [*found, self._marked] if self._marked else found

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Selects, and tells of a press on the one selected block."""
        super().mousePressEvent(event)
        card = self.card_at(event.scenePos())
        if card and card.block_id == self.current:
            self.pressed.emit(card.block_id)

    def show_shapes_on_edges(self, wanted: bool) -> None:
        """Lets edges say what they carry, or be silent."""
        self.shapes_on_edges = wanted
        self.update()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """What edges carry."""
        zoom = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        if self.shapes_on_edges and zoom >= LEAST_ZOOM:
            paint_labels(painter, QRectF(rect), self, self.theme.colours, self.covered())

    def addItem(self, item: QGraphicsItem) -> None:
        """Something more is to be seen."""
        self.far.forget()
        super().addItem(item)

    def removeItem(self, item: QGraphicsItem) -> None:
        """Something is not to be seen any longer."""
        self.far.forget()
        super().removeItem(item)

    def recolour(self) -> None:
        """Draws all cards in other colours."""
        self._repaint()
        self.recoloured.emit()

    def _repaint(self) -> None:
        """In other colours."""
        self.far.forget()
        self.update()

    def _tell_current(self) -> None:
        if self.current != self._current:
            self._current = self.current
            self.current_changed.emit(self._current)

    def _show_other(self) -> None:
        """Another network is shown: nothing of it is selected, but the group that was closed."""
        left = self._path[len(self.editor.path) :] if self._path[: len(self.editor.path)] == self.editor.path else ()
        self._path = self.editor.path
        self.clearSelection()
        self._show()
        if left:
            self.select(left[0])

    def _show(self) -> None:
        """Repaints what differs: cards come, go and move; their results may differ wherever shapes do."""
        after = self.editor.shown
        self.far.forget()
        selected = self.selected_blocks()
        blocked = self.blockSignals(True)
        gone = [name for name in self.cards if name not in after.network.nodes]
        for block_id in gone:
            self.removeItem(self.cards.pop(block_id))
        changed = self._show_cards(after) | self._place_cards(after)
        self._show_edges(after, changed)
        self.notes.show(after.view.notes, self.offset)
        for block_id in selected:
            if block_id in self.cards:
                self.cards[block_id].setSelected(True)
        self.blockSignals(blocked)
        self._tell_current()
        if changed or gone or not self.cards:
            self.setSceneRect(self.blocks_rect().adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM))

    def _show_cards(self, design: Design) -> set[str]:
        """Brings all cards up to date; gives those that are new or whose ports may be elsewhere."""
        changed = set()
        results = self.editor.shown_inference.results
        problems = {problem.block: problem for problem in reversed(self.editor.shown_problems())}
        for block_id in design.network.nodes:
            result, problem = results[block_id], problems.get(block_id)
            card = self.cards.get(block_id)
            if card is None or card.result.node is not result.node:
                changed.add(block_id)
            if card is None:
                self.cards[block_id] = card = BlockItem(result, self.theme)
                self.addItem(card)
                card.show_result(result, problem)
            elif card.result is not result or card.problem != problem:
                card.show_result(result, problem)
        return changed

    def _place_cards(self, design: Design) -> set[str]:
        """Puts the cards where they belong; gives those that were elsewhere."""
        moved = set()
        self._placing = True
        for block_id, place in complete(design.network, dict(design.view.positions)).items():
            card = self.cards.get(block_id)
            shown = QPointF(*place) + self.offset
            if card is not None and card.pos().toTuple() != shown.toTuple():
                card.setPos(shown)
                moved.add(block_id)
        self._placing = False
        return moved

    def _show_edges(self, design: Design, changed: set[str]) -> None:
        """Brings all edges up to date; those of cards that have changed are drawn anew."""
        wanted = {end: source for node in design.network.nodes.values() for end, source in _ends(node)}
        for end in [end for end, edge in self.edges.items() if wanted.get(end) != edge.source]:
            self.removeItem(self.edges.pop(end))
        for end, source in wanted.items():
            new = end not in self.edges
            if new:
                self.edges[end] = EdgeItem(source, *end, self.theme)
                self.addItem(self.edges[end])
            if new or end[0] in changed or block_of(source) in changed:
                self._draw_edge(end)
            self.edges[end].show_shape(self._carried(source))
        for block_id, card in self.cards.items():
            card.show_taken(frozenset(self.taken_ports(block_id)))

    def _carried(self, ref: str) -> Shape | None:
        """What an output gives."""
        result = self.editor.shown_inference.results[block_of(ref)]
        ports = result.node.block.output_ports
        port = port_of(ref, result.node.block)
        return result.port_shape(port) if port in ports else None

    def _draw_edge(self, end: tuple[str, int]) -> None:
        edge = self.edges.get(end)
        name = block_of(edge.source) if edge else ""
        if edge is None or name not in self.cards or edge.target not in self.cards:
            return
        source, target = self.cards[name], self.cards[edge.target]
        start = source.output_place(port_of(edge.source, source.result.node.block))
        edge.draw_between(source.pos() + start, target.pos() + target.input_place(edge.port))

    def selected_rect(self) -> QRectF:
        """The rectangle around the selected cards; empty where none is selected."""
        rect = QRectF()
        for block_id in self.selected_blocks():
            rect = rect.united(self.cards[block_id].sceneBoundingRect())
        return rect

    def blocks_rect(self) -> QRectF:
        """The rectangle around all cards and notes; around the origin where there are none."""
        rect = self.notes.rect()
        for card in self.cards.values():
            rect = rect.united(card.sceneBoundingRect())
        return (
            rect
            if self.cards or self.notes.items
            else QRectF(-CARD_WIDTH, -CARD_HEIGHT, 2 * CARD_WIDTH, 2 * CARD_HEIGHT)
        )


def _ends(node: Node) -> list[tuple[tuple[str, int], str]]:
    return [((node.id, port), source) for port, source in enumerate(node.inputs) if source]


def _distance(edge: EdgeItem, place: QPointF) -> float:
    middle = edge.path().pointAtPercent(0.5)
    return abs(middle.x() - place.x()) + abs(middle.y() - place.y())
