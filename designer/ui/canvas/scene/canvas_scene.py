"""CanvasScene: shows exactly the document's network, and turns gestures into edits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil, floor

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsLineItem, QGraphicsSceneMouseEvent

from designer.core.diff.change import Change, Parts
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH, complete
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.items.edge_item import EdgeItem
from designer.ui.canvas.items.frame_item import FrameItem
from designer.ui.canvas.items.level_of_detail import NEAR, zoom_of
from designer.ui.canvas.items.note_item import NoteItem
from designer.ui.canvas.items.sprites import Sprites
from designer.ui.canvas.layers import edge_labels
from designer.ui.canvas.layers.card_layer import CardLayer
from designer.ui.canvas.layers.edge_labels import EdgeLabels
from designer.ui.canvas.layers.frame_layer import Frames
from designer.ui.canvas.layers.in_view_painter import InViewPainter
from designer.ui.canvas.layers.late_moves import Arrivals
from designer.ui.canvas.layers.layer_content import LayerContent, by_block
from designer.ui.canvas.layers.note_layer import NoteLayer
from designer.ui.canvas.layers.other_items import OtherItems
from designer.ui.canvas.layers.overview_painter import OverviewPainter
from designer.ui.canvas.scene.snapping import Snapping
from designer.ui.canvas.scene.telling_scene import TellingScene
from designer.ui.editing import group_edits, note_edits
from designer.ui.editing.editor import Editor
from designer.ui.style.theme import Look

_ROOM = 2000.0  # so much that the view is not centred anew, and does not jump, when a block comes or goes


class CanvasScene(TellingScene):
    """Cards and edges. `current_changed(block_id)` names the one selected block, or is empty."""

    current_changed = Signal(str)
    pressed = Signal(str)
    """The mouse is pressed on a block, which may have been selected before."""

    def __init__(self, editor: Editor, theme: Look) -> None:
        super().__init__(editor)  # it ends with the window, and not some time after
        self.editor = editor
        self.theme = theme
        self.sprites = Sprites()
        """Of what looks alike on many cards."""
        self.frames = Frames(self)
        """What is being edited, and the groups that are open in place."""
        self.arrivals = Arrivals(self, lambda: (layers.cards for _, layers in self.frames.all_layers()))
        self.snapping = Snapping(self)
        self._others = OtherItems()
        self.overview = OverviewPainter(self, self.frames, self._others)
        """All of it, as it looks from far away."""
        self.in_view = InViewPainter(self, self.frames, self._others)
        """What is in view, from less far."""
        self._labels = EdgeLabels(self)
        self.shapes_on_edges = True
        """Whether edges say what they carry."""
        self.covered: Callable[[], list[QRectF]] = list
        """Where a drag covers the canvas with words of its own."""
        self._marked: EdgeItem | None = None
        self._drawn: list[EdgeItem] = []
        self._given_up = False
        """The mouse is held on something that it does not drag any longer."""
        self._current = ""
        self._path = editor.path
        editor.listen(Parts.DRAWN, self._follow)
        editor.added.connect(self.select)
        theme.changed.connect(self._repaint)
        self.selectionChanged.connect(self._tell_current)
        self._show()

    @property
    def offset(self) -> QPointF:
        """Where the document's place (0, 0) of what is edited lies on the scene."""
        return self.frames.offset

    @property
    def layer(self) -> CardLayer:
        """Cards and edges of what is being edited."""
        return self.frames.live.cards

    @property
    def cards(self) -> dict[str, BlockItem]:
        """The cards of what is being edited."""
        return self.frames.live.cards.cards

    @property
    def edges(self) -> dict[tuple[str, int], EdgeItem]:
        """The edges of what is being edited."""
        return self.frames.live.cards.edges

    @property
    def notes(self) -> NoteLayer:
        """The notes of what is being edited."""
        return self.frames.live.notes

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
        self.select_only([block_id])

    def select_only(self, blocks: Iterable[str]) -> None:
        """Selects some blocks, and nothing else. It is told once, so that no panel shows the state between."""
        chosen = {self.cards[block_id] for block_id in blocks if block_id in self.cards}
        before = set(self.selectedItems())
        if chosen == before:
            return
        blocked = self.blockSignals(True)
        for item in before - chosen:
            item.setSelected(False)
        for item in chosen - before:
            item.setSelected(True)
        self.blockSignals(blocked)
        self.selectionChanged.emit()

    def open_group(self, block_id: str) -> None:
        """Shows the inside of a block alone, where it is a group."""
        if group_edits.is_group(self.editor, block_id):
            self.editor.open_group((*self.editor.path, block_id), alone=True)

    def close_frame(self, block_id: str) -> None:
        """Closes a group of what is being edited that is open in place."""
        group_edits.collapse(self.editor, block_id)

    def frame_moved(self, frame: FrameItem) -> None:
        """A frame has another place: what is in it follows."""
        self.frames.carry(frame)

    def card_moved(self, card: BlockItem) -> None:
        """A card has another place."""
        if self.cards.get(card.block_id) is card:
            self.layer.card_moved(card)
            self.frames.port_moved(card)
        elif layer := self.frames.layer_of(card):
            layer.card_moved(card)

    def cards_have_moved(self) -> None:
        """Cards have come or moved, and their edges have followed."""
        self.overview.forget()
        self._labels.forget()

    def cards_look_otherwise(self) -> None:
        """Some cards have other colours from far away."""
        self.overview.forget()

    def cards_near(self, rect: QRectF) -> list[BlockItem]:
        """The cards that lie in a rectangle, found without asking all."""
        self.arrivals.settle(rect)
        return [self.cards[name] for name in self.layer.lying.touching(rect)]

    def is_free(self, rect: QRectF) -> bool:
        """Whether no card lies in a rectangle, of whatever level."""
        self.arrivals.settle(rect)
        near = (
            layers.cards.cards[name]
            for _, layers in self.frames.all_layers()
            for name in layers.cards.lying.touching(rect)
        )
        return not any(card.solid().translated(card.scenePos()).intersects(rect) for card in near)

    def give_up_drag(self) -> bool:
        """Puts back what the mouse is dragging; whether it was dragging anything."""
        if self.mouseGrabberItem() is None or self._given_up:
            return False
        self._show()
        return True

    def cards_dropped(self) -> None:
        """The end of a drag: what has moved becomes one edit, on the grid of 4 pixels."""
        if self._given_up:
            return
        known = self.editor.shown.view.positions
        moved = {}
        for block_id in self.selected_blocks():
            place = self.cards[block_id].scenePos() - self.offset
            snapped = self.snapping.settled(place)
            if snapped != known.get(block_id):
                moved[block_id] = snapped
            else:
                self.cards[block_id].setPos(QPointF(*snapped) + self.offset)
        self.snapping.drop()
        if notes := self.notes.moved():
            note_edits.move(self.editor, moved, notes)
        elif moved:
            self.editor.move(moved)

    def card_at(self, place: QPointF) -> BlockItem | None:
        """The topmost card at a place, of what is being edited."""
        found = (item for item in self.items(place) if isinstance(item, BlockItem))
        return next((item for item in found if self.cards.get(item.block_id) is item), None)

    def edge_near(self, place: QPointF) -> EdgeItem | None:
        """An edge at a place, or that a card dropped with its middle there would lie on."""
        around = QRectF(place.x() - CARD_WIDTH / 4, place.y() - CARD_HEIGHT / 2, CARD_WIDTH / 2, CARD_HEIGHT)
        edges = [item for item in self.items(around) if isinstance(item, EdgeItem)]
        found = [item for item in edges if self.edges.get((item.target, item.port)) is item]
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
        self._given_up = False
        super().mousePressEvent(event)
        card = self.card_at(event.scenePos())
        if card and card.block_id == self.current:
            self.pressed.emit(card.block_id)

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Moves what is dragged, and then each edge once."""
        if self._given_up:
            return
        with self.layer.held():
            super().mouseMoveEvent(event)
            if event.buttons() & Qt.MouseButton.LeftButton:
                off = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
                self.snapping.drag(self.mouseGrabberItem(), off, self._zoom())

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """What is pressed next can be dragged again."""
        taken = self.mouseGrabberItem() is not None
        super().mouseReleaseEvent(event)
        if self._given_up and not taken:
            self._end_drag(event)
        self._given_up = False

    def _end_drag(self, event: QGraphicsSceneMouseEvent) -> None:
        """Qt forgets where dragged cards began when an item gets the release: the one that was grabbed is gone."""
        self.addItem(item := QGraphicsLineItem())
        item.mouseReleaseEvent(event)
        self.removeItem(item)

    def _zoom(self) -> float:
        """Pixels of the screen for one of the scene."""
        return self.views()[0].transform().m11() if self.views() else 1.0

    def show_shapes_on_edges(self, wanted: bool) -> None:
        """Lets edges say what they carry, or be silent."""
        self.shapes_on_edges = wanted
        self.update()

    def edge_drawn(self, edge: EdgeItem) -> None:
        """An edge is in what is being painted: cheaper to be told than to look for it."""
        self._drawn.append(edge)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """What edges carry."""
        drawn, self._drawn = self._drawn, []
        if zoom_of(painter) >= NEAR:
            self.frames.paint_ports(painter, QRectF(rect))
        if self.shapes_on_edges and zoom_of(painter) >= NEAR:
            self._labels.paint(painter, drawn, self.theme.colours, self.covered())
        self.snapping.paint(painter)

    def addItem(self, item: QGraphicsItem) -> None:
        """Something more is to be seen."""
        self.overview.forget()
        self._others.put(item)
        super().addItem(item)

    def removeItem(self, item: QGraphicsItem) -> None:
        """Something is not to be seen any longer. Where it is seen as it goes, Qt paints all of the view anew."""
        self.overview.forget()
        self._others.take(item)
        self.update(QGraphicsItem.sceneBoundingRect(item))
        item.hide()
        super().removeItem(item)

    def forget_fonts(self) -> None:
        """The system's font is another one."""
        self.sprites.forget()
        edge_labels.forget_font()
        self._labels.forget()
        for item in self.items():
            if isinstance(item, BlockItem):
                item.forget_words()

    def _repaint(self) -> None:
        """In other colours."""
        self.sprites.forget()
        self.overview.forget()
        self.update()

    def _tell_current(self) -> None:
        if self.current != self._current:
            self._current = self.current
            self.current_changed.emit(self._current)

    def _follow(self, change: Change) -> None:
        if change.touches(Parts.WHERE):
            self._show_other()
        else:
            self._show()

    def _show_other(self) -> None:
        """Another network is shown: nothing of it is selected, but the group that was closed."""
        left = self._path[len(self.editor.path) :] if self._path[: len(self.editor.path)] == self.editor.path else ()
        self._path = self.editor.path
        self.clearSelection()
        self._show()
        if left:
            self.select(left[0])

    def _show(self) -> None:
        """Shows the document as it is now; what has not changed is not touched."""
        shown, editor = self.editor.shown, self.editor
        self._let_go()
        blocked = self.blockSignals(True)
        with self.frames.showing() as level:
            content = LayerContent(
                shown.network,
                editor.shown_inference.results,
                by_block(editor.shown_problems()),
                complete(shown.network, dict(shown.view.positions)),
                self.offset,
                self.frames.outlines(level),
            )
            moved = self.layer.show(content)
            self.notes.show(shown.view.notes, self.offset)
            moved = self.frames.show_others() or moved
        self.blockSignals(blocked)
        self._tell_current()
        if moved or not self.cards:
            self._labels.forget()
            self._make_room()

    def _let_go(self) -> None:
        """A drag ends where the document is shown: everything goes to its place there, under the mouse as well."""
        grabbed = self.mouseGrabberItem()
        self._given_up = grabbed is not None
        if isinstance(grabbed, NoteItem):
            grabbed.let_go()
        self.snapping.drop()

    def _make_room(self) -> None:
        """Room around all blocks, in large steps: with each one the view and Qt's index of items begin anew."""
        wanted = self.blocks_rect().adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM)
        left, top = floor(wanted.left() / _ROOM) * _ROOM, floor(wanted.top() / _ROOM) * _ROOM
        right, bottom = ceil(wanted.right() / _ROOM) * _ROOM, ceil(wanted.bottom() / _ROOM) * _ROOM
        self.setSceneRect(QRectF(left, top, right - left, bottom - top))

    def selected_rect(self) -> QRectF:
        """The rectangle around the selected cards; empty where none is selected."""
        rect = QRectF()
        for block_id in self.selected_blocks():
            rect = rect.united(self.cards[block_id].sceneBoundingRect())
        return rect

    def blocks_rect(self) -> QRectF:
        """The rectangle around all that is shown; around the origin where there are none."""
        rect = self.frames.rect()
        return QRectF(-CARD_WIDTH, -CARD_HEIGHT, 2 * CARD_WIDTH, 2 * CARD_HEIGHT) if rect.isEmpty() else rect


def _distance(edge: EdgeItem, place: QPointF) -> float:
    middle = edge.way.pointAtPercent(0.5)
    return abs(middle.x() - place.x()) + abs(middle.y() - place.y())
