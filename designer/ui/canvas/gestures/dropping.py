"""Dropping: a block that is dragged over the canvas, from the palette or, with Alt, out of its chain."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF

from designer.core.assist import preview
from designer.core.assist.drop_targets import Alone, Beside, InFront, Instead, Spot
from designer.core.assist.preview import Preview
from designer.core.graph.block import Block
from designer.core.graph.network import block_of, port_of
from designer.ui.canvas.gestures.drop_hit_test import edge_of, spot_at
from designer.ui.canvas.items.ghost import DropMark, Ghost
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.editing import block_edits

_FADED = 0.35


class Drag(Protocol):
    """What the view does with a block that is dragged."""

    def move_to(self, place: QPointF) -> None:
        """The mouse is at a place of the scene."""

    def drop(self, place: QPointF) -> None:
        """The mouse has let go there."""

    def cancel(self) -> None:
        """Nothing comes of it."""


class Dropping:
    """A new block. A ghost of its card follows the mouse, with what a drop would do and the shape that it would give.

    The preview is inferred when the mouse comes to another spot, and not while it stays at one.
    """

    def __init__(self, scene: CanvasScene, block: Block) -> None:
        self._scene = scene
        self._design = scene.editor.shown
        self._block = block
        self._known: dict[Spot, Preview] = {}
        self.spot: Spot = Alone()
        self.ghost = Ghost(block, self._name(), scene.theme)
        self._mark = DropMark(scene.theme)
        scene.addItem(self._mark)
        scene.addItem(self.ghost)
        scene.covered = self.ghost.covers

    def _name(self) -> str:
        return self._block.title

    def move_to(self, place: QPointF) -> None:
        """The ghost follows; what it would go to lights up."""
        self.spot = self._spot_at(place)
        self.ghost.show_preview(self._preview(self.spot))
        self.ghost.follow(place)
        self._show_spot(self.spot)

    def _spot_at(self, place: QPointF) -> Spot:
        return spot_at(self._scene, place, self._block)

    def _preview(self, spot: Spot) -> Preview:
        key = Alone() if isinstance(spot, Alone) else spot  # one place on its own is like any other
        if key not in self._known:
            self._known[key] = self._tried(key)
        return self._known[key]

    def _tried(self, spot: Spot) -> Preview:
        editor = self._scene.editor
        return preview.of_new(editor.shown, editor.shown_inference, self._block, spot)

    def _show_spot(self, spot: Spot) -> None:
        edge = edge_of(self._scene, spot)
        self._scene.mark_edge(edge)
        if isinstance(spot, Instead):
            self._mark.around_card(self._scene.cards[spot.block].scenePos())
        elif isinstance(spot, Beside):
            card = self._scene.cards[block_of(spot.source)]
            name = port_of(spot.source, card.result.node.block)
            self._mark.around_port(card.scenePos() + card.output_place(name))
        elif isinstance(spot, InFront) and edge is None:
            card = self._scene.cards[spot.block]
            self._mark.around_port(card.scenePos() + card.input_place(spot.port))
        else:
            self._mark.nowhere()

    def drop(self, place: QPointF) -> None:
        """Makes the edit, where the network is still the one that the drag began in."""
        if self._scene.editor.shown is not self._design:
            self.cancel()
            return
        spot = self._spot_at(place)
        found = self._preview(spot)
        self.cancel()
        if found.allowed:
            self._edit(spot)
        else:
            self._scene.editor.refused.emit(found.problem)

    def _edit(self, spot: Spot) -> None:
        self._scene.select(block_edits.put(self._scene.editor, self._block, spot))

    def cancel(self) -> None:
        """The ghost goes; nothing has changed."""
        self._scene.mark_edge(None)
        self._scene.covered = list
        for item in (self.ghost, self._mark):
            if item.scene():
                self._scene.removeItem(item)


class Carrying(Dropping):
    """A block that is there: it leaves its chain, which closes up, and goes where it is dropped."""

    def __init__(self, scene: CanvasScene, block_id: str) -> None:
        self._block_id = block_id
        self._card = scene.cards[block_id]
        block = self._card.result.node.block
        assert isinstance(block, Block)
        super().__init__(scene, block)
        self._card.setOpacity(_FADED)

    def _name(self) -> str:
        return self._block_id

    def _spot_at(self, place: QPointF) -> Spot:
        return spot_at(self._scene, place, self._block, self._block_id)

    def _tried(self, spot: Spot) -> Preview:
        editor = self._scene.editor
        return preview.of_carried(editor.shown, editor.shown_inference, self._block_id, spot)

    def _edit(self, spot: Spot) -> None:
        if block_edits.carry(self._scene.editor, self._block_id, spot):
            self._scene.select(self._block_id)

    def cancel(self) -> None:
        """The card is as it was."""
        super().cancel()
        self._card.setOpacity(1.0)
