"""What a person drags over a view, one thing at a time: an edge from a port, a card out of its chain, a new block."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QGraphicsView

from designer.core.graph.block import Block
from designer.ui.canvas.gestures.connecting import Connecting, port_at
from designer.ui.canvas.gestures.dropping import Carrying, Drag, Dropping
from designer.ui.canvas.gestures.edge_scroll import EdgeScroll
from designer.ui.canvas.scene.canvas_scene import CanvasScene

KIND_MIME = "application/x-network-designer-kind"
"""The palette sends the name of a kind under this."""


class Drags:
    """The view hands its events on; each method says whether the event was one of a drag."""

    def __init__(self, view: QGraphicsView, scene: CanvasScene) -> None:
        self._view, self._scene = view, scene
        self._edge: Connecting | None = None
        self._block: Drag | None = None
        self._alt_from: QPoint | None = None
        """Where a card was pressed with Alt, in the view's pixels."""
        self._edge_scroll = EdgeScroll(view, self._follow)

    def press(self, event: QMouseEvent) -> bool:
        """The left button: on a port it begins an edge, on a card with Alt the card may leave its chain."""
        point = event.position().toPoint()
        place = self._view.mapToScene(point)
        if port := port_at(self._scene, place):
            self._edge = Connecting(self._scene, port)
            self._edge.move_to(place)
            return True
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and self._scene.card_at(place):
            self._alt_from = point
            return True
        return False

    def move(self, point: QPoint) -> bool:
        """The mouse is at a place of the view."""
        if self._edge:
            self._drag_to(point)
        elif self._alt_from is not None:
            self._carry_to(self._alt_from, point)
        else:
            return False
        return True

    def release(self, event: QMouseEvent) -> bool:
        """What was begun by a press is dropped."""
        place = self._view.mapToScene(event.position().toPoint())
        if self._edge:
            edge, self._edge = self._edge, None
            edge.drop(place, plain=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif self._alt_from is not None:
            block, self._block, self._alt_from = self._block, None, None
            if block:
                block.drop(place)
        else:
            return False
        return True

    def take_up(self, event: QDropEvent) -> bool:
        """Something comes from elsewhere: a kind of the palette is taken up as a new block."""
        kind = bytes(event.mimeData().data(KIND_MIME).data()).decode()
        if not kind or not self._scene.editor.prototype(kind):
            return False
        self.end()
        self._block = Dropping(self._scene, self._scene.editor.new_block(kind))
        return True

    def move_new(self, event: QDropEvent) -> bool:
        """What was taken up is at a place of the view."""
        if self._block is None:
            return False
        point = event.position().toPoint()
        if self._scene.frames.enter_at(self._view.mapToScene(point)):
            self.take_up(event)  # what it could go to is another network
        self._drag_to(point)
        return True

    def drop_new(self, event: QDropEvent) -> bool:
        """What was taken up goes where its ghost says."""
        if self._block is None:
            return False
        self.stop_scrolling()
        block, self._block = self._block, None
        block.drop(self._view.mapToScene(event.position().toPoint()))
        return True

    def end(self) -> bool:
        """Gives up what is being dragged; whether there was anything."""
        self.stop_scrolling()
        begun = [drag for drag in (self._edge, self._block) if drag]
        for drag in begun:
            drag.cancel()
        self._edge = self._block = self._alt_from = None
        return bool(begun)

    def stop_scrolling(self) -> None:
        """The mouse is no longer held near the border."""
        self._edge_scroll.stop()

    def _carry_to(self, start: QPoint, point: QPoint) -> None:
        """A card that was pressed with Alt leaves its chain, once the mouse has moved far enough to mean it."""
        if self._block is None:
            card = self._scene.card_at(self._view.mapToScene(start))
            far = (point - start).manhattanLength() >= QApplication.startDragDistance()
            if card is None or not far or not isinstance(card.result.node.block, Block):
                return
            self._block = Carrying(self._scene, card.block_id)
        self._drag_to(point)

    def _drag_to(self, point: QPoint) -> None:
        """What is dragged follows the mouse; near the border the view follows as well."""
        self._follow(point)
        self._edge_scroll.at(point)

    def _follow(self, point: QPoint) -> None:
        for drag in (self._edge, self._block):
            if drag:
                drag.move_to(self._view.mapToScene(point))
