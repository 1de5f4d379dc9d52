"""Connecting by hand: a drag from port to port."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from designer.core.edits import takes_more
from designer.core.network import block_of, port_of, ref_to
from designer.ui.canvas.block_item import BlockItem
from designer.ui.canvas.edge_item import edge_path
from designer.ui.canvas.scene import CanvasScene

REACH = 11.0
"""A port is hit within this many pixels, at 100 %."""


@dataclass(frozen=True)
class Port:
    """An input port of a block by its number, or an output port (number None) by its name."""

    block: str
    number: int | None
    name: str = ""


def port_at(scene: CanvasScene, place: QPointF, reach: float = REACH) -> Port | None:
    """The nearest port within reach."""
    best: tuple[float, Port] | None = None
    around = QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach)
    for card in scene.cards_near(around):
        for local, port in _places(card):
            offset = card.scenePos() + local - place
            distance = (offset.x() ** 2 + offset.y() ** 2) ** 0.5
            if distance <= reach and (best is None or distance < best[0]):
                best = (distance, port)
    return best[1] if best else None


def _places(card: BlockItem) -> list[tuple[QPointF, Port]]:
    """All ports of a card with their places on it."""
    node = card.result.node
    entries = [(card.input_place(number), Port(node.id, number)) for number in range(len(node.inputs))]
    return entries + [(card.output_place(name), Port(node.id, None, name)) for name in node.block.output_ports]


class Connecting:
    """One drag. Begun at an output it looks for an input; begun at a free input, for an output.

    Begun at an input that is connected, it takes that edge's end: dropped on nothing, the edge is gone.
    """

    def __init__(self, scene: CanvasScene, port: Port) -> None:
        self._scene = scene
        self._taken: tuple[str, int] | None = None
        self._marked: Port | None = None
        start = port
        if port.number is not None:
            source = scene.editor.shown.network.nodes[port.block].inputs[port.number]
            if source:
                self._taken = (port.block, port.number)
                block = scene.editor.shown.network.nodes[block_of(source)].block
                start = Port(block_of(source), None, port_of(source, block))
        self._start = start
        self._line = QGraphicsPathItem()
        self._line.setPen(QPen(QColor(scene.theme.colours.accent), 2.0, Qt.PenStyle.DashLine))
        self._line.setZValue(10)
        scene.addItem(self._line)
        if self._taken:
            scene.edges[self._taken].setVisible(False)
            scene.far.forget()

    def move_to(self, place: QPointF) -> None:
        """The line follows the mouse; the port that it would join lights up."""
        target = self._target(place)
        self._mark(target)
        end = self._place_of(target) if target else place
        start = self._place_of(self._start)
        self._line.setPath(edge_path(start, end) if self._start.number is None else edge_path(end, start))

    def drop(self, place: QPointF) -> None:
        """Makes the edit: an edge, another end of the edge that was taken, or none."""
        target = self._target(place)
        self.cancel()
        editor = self._scene.editor
        if target is None:
            if self._taken:
                editor.disconnect_block(*self._taken)
            return
        start, end = (self._start, target) if self._start.number is None else (target, self._start)
        assert end.number is not None
        if end.number == len(editor.shown.network.nodes[end.block].inputs):
            editor.connect_more(self._ref(start), end.block, self._taken)
        elif self._taken and self._taken != (end.block, end.number):
            editor.reconnect(self._taken, self._ref(start), (end.block, end.number))
        else:
            editor.connect_blocks(self._ref(start), end.block, end.number)

    def _ref(self, port: Port) -> str:
        return ref_to(port.block, self._scene.editor.shown.network.nodes[port.block].block, port.name)

    def cancel(self) -> None:
        """Ends the drag with nothing changed."""
        self._mark(None)
        if self._line.scene():
            self._scene.removeItem(self._line)
        if self._taken and self._taken in self._scene.edges:
            self._scene.edges[self._taken].setVisible(True)
            self._scene.far.forget()

    def _target(self, place: QPointF) -> Port | None:
        """A port of the other sort near the mouse, or the first fitting port of the card under it.

        A merging block whose ports are all taken gets one more, unless it is an end of its own edges that is dragged.
        """
        wants_input = self._start.number is None
        found = port_at(self._scene, place, REACH * 1.5)
        if found is None or (found.number is not None) != wants_input:
            card = self._scene.card_at(place)
            found = self._first_port(card, wants_input) if card else None
        return found if found and found.block != self._start.block else None

    def _first_port(self, card: BlockItem, wants_input: bool) -> Port | None:
        node = card.result.node
        if not wants_input:
            return Port(node.id, None, node.block.output_ports[0]) if node.block.output_ports else None
        if takes_more(node) and not (self._taken and self._taken[0] == node.id):
            return Port(node.id, len(node.inputs))
        free = [number for number, source in enumerate(node.inputs) if source is None]
        return Port(node.id, (free or [0])[0]) if node.inputs else None

    def _place_of(self, port: Port) -> QPointF:
        card = self._scene.cards[port.block]
        return card.pos() + (card.output_place(port.name) if port.number is None else card.input_place(port.number))

    def _mark(self, port: Port | None) -> None:
        """Shows which port the edge would go to, and no other one any longer."""
        if port == self._marked:
            return
        for known, number in ((self._marked, None), (port, port.number if port else None)):
            card = self._scene.cards.get(known.block) if known else None
            if card is not None:
                card.target_port = number
                card.update()
        self._marked = port
