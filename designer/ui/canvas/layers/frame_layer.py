"""Frames: the groups that a canvas shows open in place, each with the network inside, and which one is being edited.

One level is being edited: its cards are the scene's, they can be selected, moved, connected. The others are drawn by
layers of their own, and are only looked at, until a press of the mouse makes one of them the one being edited.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem

from designer.core.edits import inline_groups
from designer.core.edits.group_editing import use_count
from designer.core.edits.inline_groups import ShownLevel
from designer.core.graph.group_paths import GroupPath, use_at
from designer.core.graph.settings import Position
from designer.core.inference.infer import Inference, infer_inside
from designer.core.layout.cards import PORT_REACH
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.core.validation.check_groups import problems_inside
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.items.frame_item import FrameItem, Outline
from designer.ui.canvas.layers.card_layer import CardLayer
from designer.ui.canvas.layers.layer_content import LayerContent, by_block
from designer.ui.canvas.layers.note_layer import NoteLayer
from designer.ui.canvas.layers.stage import Stage

"""So near a press belongs to a port."""


@dataclass(frozen=True)
class LevelLayers:
    """What one level is drawn by."""

    cards: CardLayer
    notes: NoteLayer


class Frames:
    """Keeps the levels of a scene in step with the document."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._path: GroupPath = stage.editor.path
        self.live = self._new()
        """What is being edited."""
        self.offset = QPointF()
        """Where the document's place (0, 0) of what is edited lies on the scene."""
        self._levels: dict[GroupPath, ShownLevel] = {}
        self._others: dict[GroupPath, LevelLayers] = {}
        self._inferred: dict[GroupPath, tuple[Inference, Inference]] = {}
        """The shapes of each level with those of the one around it, which they follow from."""
        self._showing = False

    @contextmanager
    def showing(self) -> Iterator[ShownLevel]:
        """While the scene shows the document: what is dragged stays as it is. Gives the level that is being edited."""
        editor = self._stage.editor
        self._levels = {level.path: level for level in inline_groups.levels(editor.design, editor.root)}
        self._infer()
        self._go_to(editor.path)
        self.offset = QPointF(*self._levels[editor.path].offset)
        self._showing = True
        try:
            yield self._levels[editor.path]
        finally:
            self._showing = False

    def _infer(self) -> None:
        editor, known, self._inferred = self._stage.editor, self._inferred, {}
        for path in self._levels:
            if (found := editor.inference_at(path)) is not None:
                self._inferred[path] = found, found
                continue
            outer = self._inferred[path[:-1]][1]
            before, old = known.get(path, (None, None))
            inside = old if old is not None and before is outer else infer_inside(outer, path[-1], old)
            self._inferred[path] = outer, inside

    def _go_to(self, path: GroupPath) -> None:
        """Another level is being edited: its layers are alive, and those of the one before are looked at."""
        if path == self._path:
            return
        self._stage.mark_edge(None)
        self._others[self._path] = self.live
        self.live = self._others.pop(path) if path in self._others else self._new()
        self._set_live(self._others[self._path], live=False)
        self._set_live(self.live, live=True)
        self._path = path

    def _new(self) -> LevelLayers:
        return LevelLayers(CardLayer(self._stage, self._stage.theme), NoteLayer(self._stage))

    @staticmethod
    def _set_live(layers: LevelLayers, live: bool) -> None:
        flags = QGraphicsItem.GraphicsItemFlag
        for card in layers.cards.cards.values():
            card.setFlag(flags.ItemIsSelectable, live)
            card.setFlag(flags.ItemIsMovable, live)
        for edge in layers.cards.edges.values():
            edge.setFlag(flags.ItemIsSelectable, live)
        for note in layers.notes.items.values():
            note.set_live(live)

    def outlines(self, level: ShownLevel) -> dict[str, Outline]:
        """The frames of a level, by block."""
        found = {}
        network, view = level.design.network, level.design.view
        for block_id, use in inline_groups.open_uses(network, view).items():
            inner = self._levels[*level.path, block_id]
            (x, y), anchor = view.positions[block_id], view.expanded[block_id]
            shift = inner.offset[0] - level.offset[0] - x, inner.offset[1] - level.offset[1] - y
            places = {
                name: (left + shift[0], top + shift[1]) for name, (left, top) in inner.design.view.positions.items()
            }
            left, top, right, bottom = inline_groups.frame_at_card(use, anchor)
            found[block_id] = Outline(
                QRectF(left, top, right - left, bottom - top),
                tuple(_entry(*places[name]) for name in use.input_ports),
                {name: _exit(*places[name]) for name in use.output_ports},
                len(inner.path),
                use_count(self._stage.editor.design.network, use.definition.name),
                inner.path == self._stage.editor.path,
            )
        return found

    def show_others(self) -> bool:
        """Shows the levels that are not being edited; whether any card in them has come, gone or moved."""
        moved = False
        for path in [path for path in self._others if path not in self._levels or path == self._path]:
            gone = self._others.pop(path)
            self._empty(gone)
            moved = True
        for path, level in self._levels.items():
            if path != self._path:
                layers = self._others[path] = self._others.get(path) or self._new()
                moved = layers.cards.show(self._content_of(level)) or moved
                layers.notes.show(level.design.view.notes, QPointF(*level.offset))
                self._set_live(layers, live=False)
        for frame in self.all_frames():
            frame.carried = frame.scenePos()
        return moved

    def _empty(self, layers: LevelLayers) -> None:
        for item in (*layers.cards.edges.values(), *layers.cards.cards.values(), *layers.notes.items.values()):
            self._stage.removeItem(item)

    def _content_of(self, level: ShownLevel) -> LayerContent:
        editor, (_, inference) = self._stage.editor, self._inferred[level.path]
        if level.path:
            problems = problems_inside(inference, use_at(editor.design.network, level.path).definition)
        else:
            problems = editor.problems()
        return LayerContent(
            level.design.network,
            inference.results,
            by_block(problems),
            level.design.view.positions,
            QPointF(*level.offset),
            self.outlines(level),
        )

    def all_layers(self) -> list[tuple[GroupPath, LevelLayers]]:
        """What all levels are drawn by, the one being edited first."""
        return [(self._path, self.live), *self._others.items()]

    def all_frames(self) -> list[FrameItem]:
        """The frames of all levels."""
        return [card for _, layers in self.all_layers() for card in layers.cards.frames()]

    def all_cards(self) -> list[tuple[BlockItem, Position]]:
        """The cards of all levels that are no frames, with their places on the scene."""
        layers = [layers.cards for _, layers in self.all_layers()]
        every = ((card, layer.places[name]) for layer in layers for name, card in layer.cards.items())
        return [(card, place) for card, place in every if not isinstance(card, FrameItem)]

    def rects(self) -> list[QRectF]:
        """Where the frames lie on the scene, outer ones first."""
        frames = sorted(self.all_frames(), key=lambda frame: frame.outline.depth)
        return [frame.room().translated(frame.scenePos()) for frame in frames]

    def layer_of(self, card: BlockItem) -> CardLayer | None:
        """The layer that a card is of."""
        found = (layers.cards for _, layers in self.all_layers() if layers.cards.cards.get(card.block_id) is card)
        return next(found, None)

    def rect(self) -> QRectF:
        """The rectangle around all that is shown; empty where there is nothing."""
        root = self._stage.editor.root
        layers = next((layers for path, layers in self.all_layers() if path == root), self.live)
        return layers.cards.rect().united(layers.notes.rect())

    def carry(self, frame: FrameItem) -> None:
        """What is in a frame follows it while it is dragged."""
        if self._showing:
            return
        step = frame.scenePos() - frame.carried
        frame.carried = frame.scenePos()
        layer = self.layer_of(frame)
        path = next((path for path, layers in self.all_layers() if layers.cards is layer), self._path)
        inside = (*path, frame.block_id)
        self._showing = True  # frames within frames are carried as well, and not once more by those
        for other, layers in self._others.items():
            if other[: len(inside)] == inside:
                layers.cards.settle()
                with layers.cards.held():
                    for item in (*layers.cards.cards.values(), *layers.notes.items.values()):
                        item.moveBy(step.x(), step.y())
        self._showing = False

    def port_moved(self, card: BlockItem) -> None:
        """A block of the level being edited is dragged: where it stands for a port, the outer edge follows."""
        outer = self._others.get(self._path[:-1]) if self._path else None
        frame = outer.cards.cards.get(self._path[-1]) if outer else None
        if self._showing or outer is None or not isinstance(frame, FrameItem):
            return
        place, block = card.scenePos() - frame.scenePos(), frame.result.node.block
        if card.block_id in block.input_ports:
            frame.entries[block.input_ports.index(card.block_id)] = _entry(place.x(), place.y())
        elif card.block_id in block.output_ports:
            frame.exits[card.block_id] = _exit(place.x(), place.y())
        else:
            return
        outer.cards.redraw(frame.block_id)

    def enter_at(self, place: QPointF) -> bool:
        """Makes the level at a place the one being edited; whether it was another one."""
        path = self.path_at(place)
        if path == self._path:
            return False
        self._stage.editor.open_group(path)
        return True

    def path_at(self, place: QPointF) -> GroupPath:
        """The level that a place belongs to: that of a frame's port, of the card there, or of the innermost frame."""
        if not self._others:
            return self._path
        frames = sorted(self.all_frames(), key=lambda frame: -frame.outline.depth)
        around = [frame for frame in frames if frame.room().translated(frame.scenePos()).contains(place)]
        for frame in around:
            if any((frame.scenePos() + port - place).manhattanLength() <= PORT_REACH for port in _ports(frame)):
                return self._path_of(frame)
        card = next((item for item in self._stage.items(place) if isinstance(item, BlockItem)), None)
        if card is not None:
            return self._path_of(card)
        return (*self._path_of(around[0]), around[0].block_id) if around else self._stage.editor.root

    def _path_of(self, card: BlockItem) -> GroupPath:
        layer = self.layer_of(card)
        return next(path for path, layers in self.all_layers() if layers.cards is layer)

    def paint_ports(self, painter: QPainter, exposed: QRectF) -> None:
        """Draws the ports of all frames in a part of the scene, over the blocks that stand for them."""
        for frame in self.all_frames():
            if frame.sceneBoundingRect().intersects(exposed):
                frame.paint_ports(painter)


def _entry(left: float, top: float) -> QPointF:
    """Where an edge comes in at the card with this corner."""
    return QPointF(left + CARD_WIDTH / 2, top)


def _exit(left: float, top: float) -> QPointF:
    """Where an edge goes out."""
    return QPointF(left + CARD_WIDTH / 2, top + CARD_HEIGHT)


def _ports(frame: FrameItem) -> list[QPointF]:
    return [*frame.entries, *frame.exits.values()]
