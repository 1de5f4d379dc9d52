"""Connecting by hand: a drag from port to port."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from designer.core.assist.edge_preview import Verdict, Wire, judged, nothing_there
from designer.core.edits.network_edits import takes_more
from designer.core.graph.network import block_of, port_of, ref_to
from designer.core.layout.cards import PORT_REACH
from designer.ui.canvas.items.block_item import BlockItem
from designer.ui.canvas.items.bubble import Bubble
from designer.ui.canvas.items.edge_item import EdgeItem
from designer.ui.canvas.items.edge_paths import edge_path
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.editing import block_edits

"""A port is hit within this many pixels, at 100 %."""


@dataclass(frozen=True)
class Port:
    """An input port of a block by its number, or an output port (number None) by its name."""

    block: str
    number: int | None
    name: str = ""


def port_at(scene: CanvasScene, place: QPointF, reach: float = PORT_REACH) -> Port | None:
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

    Begun at an input that is connected, it takes that edge's end: dropped on nothing, the edge is gone. Over a port a
    bubble says the shape that would come of it, or why it cannot be; an edge that can be mended is made with the mend,
    and without it where Shift is held.
    """

    def __init__(self, scene: CanvasScene, port: Port) -> None:
        self._scene = scene
        self._design = scene.editor.shown
        self._taken: tuple[str, int] | None = None
        self._hidden: EdgeItem | None = None
        self._marked: Port | None = None
        self._lit: BlockItem | None = None
        self._known: dict[Wire, Verdict] = {}
        start = port
        if port.number is not None:
            source = scene.editor.shown.network.nodes[port.block].inputs[port.number]
            if source:
                self._taken = (port.block, port.number)
                block = scene.editor.shown.network.nodes[block_of(source)].block
                start = Port(block_of(source), None, port_of(source, block))
        self._start = start
        self._line = QGraphicsPathItem()
        self._line.setZValue(10)
        scene.addItem(self._line)
        self.bubble = Bubble(scene.theme)
        self._colour(scene.theme.colours.accent)
        if self._taken:
            self._hidden = scene.edges[self._taken]
            self._hidden.setVisible(False)
            scene.overview.forget()

    def _colour(self, colour: str) -> None:
        self._line.setPen(QPen(QColor(colour), 2.0, Qt.PenStyle.DashLine))

    def move_to(self, place: QPointF) -> None:
        """The line follows the mouse; the port that it would join lights up, in the colour of errors if it may not."""
        target = self._target(place)
        wire = self._wire(target) if target else None
        verdict = self._verdict(wire) if wire else None
        reason = verdict.reason if verdict else self._no_port_at(place)
        wrong = bool(reason) and not (verdict and verdict.fix)
        self._mark(target, wrong)
        self._colour(self._scene.theme.colours.error if wrong else self._scene.theme.colours.accent)
        self._say(place, verdict, reason)
        end = self._place_of(target) if target else place
        start = self._place_of(self._start)
        self._line.setPath(edge_path(start, end) if self._start.number is None else edge_path(end, start))

    def drop(self, place: QPointF, plain: bool = False) -> None:
        """Makes the edit: an edge, another end of the edge that was taken, or none. `plain`: without a mend.

        Where the network is no longer the one that the drag began in, nothing is made.
        """
        if self._scene.editor.shown is not self._design:
            self.cancel()
            return
        target, refused = self._target(place), self._no_port_at(place)
        wire = self._wire(target) if target else None
        verdict = self._verdict(wire) if wire else None
        self.cancel()
        editor = self._scene.editor
        if wire and wire.taken == (wire.target, wire.port):
            return
        if wire is None or verdict is None:
            if refused:
                editor.refused.emit(refused)
            elif self._taken:
                editor.disconnect_block(*self._taken)
        elif not verdict.allowed:
            editor.refused.emit(verdict.reason)
        else:
            block_edits.wire(editor, wire, None if plain else verdict.fix)

    def _wire(self, target: Port) -> Wire:
        """The edge to a port."""
        start, end = (self._start, target) if self._start.number is None else (target, self._start)
        assert end.number is not None
        source = ref_to(start.block, self._scene.editor.shown.network.nodes[start.block].block, start.name)
        return Wire(source, end.block, end.number, self._taken)

    def _verdict(self, wire: Wire) -> Verdict:
        """Found once for each port that the mouse comes to."""
        if wire not in self._known:
            editor = self._scene.editor
            self._known[wire] = judged(editor.shown, editor.shown_inference, wire)
        return self._known[wire]

    def _say(self, place: QPointF, verdict: Verdict | None, reason: str) -> None:
        if verdict is None and not reason:
            self._hush()
            return
        if self.bubble.scene() is None:
            self._scene.addItem(self.bubble)
            self._scene.covered = lambda: [self.bubble.covers()]
        if verdict is None:
            self.bubble.say(place, (reason, "error"))
            return
        shape = f"{verdict.end} gives {verdict.shape}" if verdict.shape else ""
        waits = f"Its input '{verdict.waits}' is free then." if verdict.waits else ""
        mend = f"{verdict.fix.title} on the way; hold Shift to do without." if verdict.fix else ""
        told = "muted" if verdict.fix else "error"
        self.bubble.say(
            place, (verdict.words, "text"), (shape, "good"), (waits, "muted"), (reason, told), (mend, "text")
        )

    def _hush(self) -> None:
        self._scene.covered = list
        if self.bubble.scene():
            self._scene.removeItem(self.bubble)

    def cancel(self) -> None:
        """Ends the drag with nothing changed."""
        self._mark(None)
        self._hush()
        if self._line.scene():
            self._scene.removeItem(self._line)
        if self._hidden:
            self._hidden.setVisible(True)
            self._scene.overview.forget()

    def _target(self, place: QPointF) -> Port | None:
        """A port of the other sort near the mouse, or the first fitting port of the card under it.

        A merging block whose ports are all taken gets one more, unless it is an end of its own edges that is dragged.
        """
        wants_input = self._start.number is None
        found = port_at(self._scene, place, PORT_REACH * 1.5)
        if found is None or (found.number is not None) != wants_input:
            card = self._scene.card_at(place)
            found = self._first_port(card, wants_input) if card and card.block_id != self._start.block else None
        return found

    def _first_port(self, card: BlockItem, wants_input: bool) -> Port | None:
        node = card.result.node
        if not wants_input:
            return Port(node.id, None, node.block.output_ports[0]) if node.block.output_ports else None
        if takes_more(node) and not (self._taken and self._taken[0] == node.id):
            return Port(node.id, len(node.inputs))
        free = [number for number, source in enumerate(node.inputs) if source is None]
        return Port(node.id, (free or [0])[0]) if node.inputs else None

    def _no_port_at(self, place: QPointF) -> str:
        """Why the card under the mouse can be no end of the edge; empty where there is none, and on its own card."""
        card = self._scene.card_at(place)
        if card is None or card.block_id == self._start.block:
            return ""
        return nothing_there(card.result.node, self._start.number is None)

    def _place_of(self, port: Port) -> QPointF:
        card = self._scene.cards[port.block]
        node = card.result.node
        if port.number is None:
            return card.scenePos() + card.output_place(port.name)
        return card.scenePos() + card.input_place(min(port.number, max(len(node.inputs) - 1, 0)))

    def _mark(self, port: Port | None, wrong: bool = False) -> None:
        """Shows which port the edge would go to, and no other one any longer."""
        if port == self._marked:
            return
        card = self._scene.cards.get(port.block) if port else None
        for lit, number in ((self._lit, None), (card, port.number if port else None)):
            if lit is not None:
                lit.target_port, lit.target_wrong = number, wrong
                lit.update()
        self._marked, self._lit = port, card
