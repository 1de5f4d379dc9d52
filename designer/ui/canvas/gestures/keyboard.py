"""The canvas by keys: from block to block, and blocks from place to place."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGraphicsView

from designer.core.assist.navigation import OPPOSITE, Direction, along, step
from designer.core.graph.definition import GroupBlock
from designer.core.graph.network import block_of, port_of
from designer.core.graph.roles import GroupEntry, GroupExit
from designer.core.graph.settings import Position
from designer.core.layout.cards import GRID, on_grid
from designer.core.layout.placement import complete
from designer.ui.canvas.items.frame_item import FrameItem
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.canvas.scene.highlights import Highlights, card_rect

LONG_NUDGE = 6 * GRID
"""Pixels at 100 % by which Ctrl and an arrow move blocks; with Shift too, by more."""
_SEEN_AROUND = 24
_ARROWS: dict[int, Direction] = {
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
}
_WAYS: dict[Direction, Position] = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}
_MODIFIERS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.ShiftModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_NONE = Qt.KeyboardModifier.NoModifier


class CanvasKeys:
    """Serves the view's keys. `here` is the block that they start from."""

    def __init__(self, view: QGraphicsView, scene: CanvasScene, highlights: Highlights) -> None:
        self._view, self._scene, self._highlights = view, scene, highlights
        self._last = ""
        self._came: tuple[str, Direction] | None = None
        """Where the last step came from, and the way back."""
        self._by_keys = False
        scene.selectionChanged.connect(self._follow)

    @property
    def here(self) -> str:
        """The one selected block, or that of several where the keyboard was last; empty where none is selected."""
        chosen = self._scene.selected_blocks()
        if self._last in chosen:
            return self._last
        return chosen[0] if chosen else ""

    def pressed(self, event: QKeyEvent) -> bool:
        """Whether the key was one of these: then it is done."""
        keys = event.modifiers() & _MODIFIERS
        direction = _ARROWS.get(event.key())
        if direction and keys & _CTRL and not keys & ~(_CTRL | _SHIFT):
            return self._nudge(direction, LONG_NUDGE if keys & _SHIFT else GRID)
        if keys not in (_NONE, _SHIFT) or not self._scene.cards:
            return False
        if direction:
            return self._walk(direction, extend=keys == _SHIFT)
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            return self._go_to_end(event.key() == Qt.Key.Key_Home, extend=keys == _SHIFT)
        return False

    def seen_by_mouse(self) -> None:
        """The mouse is at work: who looks at it needs no ring."""
        self._by_keys = False
        self._follow()

    def seen_by_keys(self) -> None:
        """The keyboard came here, or is at work here."""
        self._by_keys = True
        self._follow()

    def came_back(self) -> None:
        """The window, or the program by itself, gave the keyboard back: the ring is as it was."""
        self._follow()

    def lost(self) -> None:
        """The keyboard went elsewhere."""
        self._follow()

    def _follow(self) -> None:
        ring = self.here if self._by_keys and self._view.hasFocus() else ""
        if ring != self._highlights.ring:
            self._highlights.ring = ring
            self._view.viewport().update()

    def _walk(self, direction: Direction, extend: bool) -> bool:
        here, network = self.here, self._scene.editor.shown.network
        if not here and (end := self._end_of_edge(direction)):
            self._go(end, extend=False)
            return True
        if not here:
            return self._go_to_end(direction in ("down", "right"), extend=False)
        if not extend and self._leaves(here, direction):
            return True
        back = self._came
        self._came = None
        if back and back[1] == direction and back[0] in along(network, here, direction):
            there: str | None = back[0]
        else:
            there = step(network, self._places(), here, direction)
        if there:
            self._came = here, OPPOSITE[direction]
            if extend or not self._enters(here, there, direction):
                self._go(there, extend)
        return True

    def _enters(self, here: str, there: str, direction: Direction) -> bool:
        """Along an edge into a group that is open in place: to the block that stands for the port. Whether it did."""
        editor, network = self._scene.editor, self._scene.editor.shown.network
        block = network.nodes[there].block
        if not isinstance(self._scene.cards.get(there), FrameItem) or not isinstance(block, GroupBlock):
            return False
        if there not in along(network, here, direction):
            return False
        refs = network.nodes[there if direction == "down" else here].inputs
        ref = next(ref for ref in refs if ref and block_of(ref) == (here if direction == "down" else there))
        port = block.input_ports[refs.index(ref)] if direction == "down" else port_of(ref, block)
        editor.open_group((*editor.path, there))
        self._go(port, extend=False)
        return True

    def _leaves(self, here: str, direction: Direction) -> bool:
        """From the end of a group that is open in place to what is outside of it; whether it did."""
        editor = self._scene.editor
        if editor.path == editor.root:
            return False
        end = {"up": GroupEntry, "down": GroupExit}.get(direction)
        if end is None or not isinstance(editor.shown.network.nodes[here].block, end):
            sideways = direction in ("left", "right")
            if not sideways or step(editor.shown.network, self._places(), here, direction):
                return False
        group = editor.path[-1]
        editor.open_group(editor.path[:-1])
        self._last, self._came = group, None
        self._scene.select(group)
        outside = step(editor.shown.network, self._places(), group, direction) if end else None
        if outside is None:
            self._go(group, extend=False)
        elif not self._enters(group, outside, direction):
            self._go(outside, extend=False)
        return True

    def _end_of_edge(self, direction: Direction) -> str:
        """The block above or below the one selected edge."""
        edges = self._scene.selected_edges()
        if len(edges) != 1 or direction not in ("up", "down"):
            return ""
        target, port = edges[0]
        ref = self._scene.editor.shown.network.nodes[target].inputs[port]
        return target if direction == "down" or ref is None else block_of(ref)

    def _go_to_end(self, first: bool, extend: bool) -> bool:
        """To the first block or the last one; with Shift, all on the way there are selected as well."""
        network, here = self._scene.editor.shown.network, self.here
        names = list(network.nodes)
        if extend and here:
            way = network.upstream(here) if first else network.downstream(here)
            for name in way:
                self._scene.cards[name].setSelected(True)
            names = [name for name in names if name in way]
        self._go(names[0] if first else names[-1], extend)
        return True

    def _go(self, block_id: str, extend: bool) -> None:
        self._last = block_id
        if extend:
            self._scene.cards[block_id].setSelected(True)
        else:
            self._scene.select(block_id)
        card = self._scene.cards[block_id]
        self._view.ensureVisible(card_rect(card), _SEEN_AROUND, _SEEN_AROUND)
        self.seen_by_keys()

    def _nudge(self, direction: Direction, by: float) -> bool:
        """Moves the selected blocks on the grid; steps that follow each other are one edit."""
        chosen, places = sorted(self._scene.selected_blocks()), self._places()
        moved = {name: _nudged(places[name], _WAYS[direction], by) for name in chosen}
        if moved:
            self._scene.editor.move(moved, key=f"nudge {' '.join(chosen)}")
            self.seen_by_keys()
        return True

    def _places(self) -> dict[str, Position]:
        shown = self._scene.editor.shown
        return complete(shown.network, dict(shown.view.positions))


def _nudged(place: Position, way: Position, by: float) -> Position:
    """A place moved along a way, on the grid; the coordinate across it stays as it is."""
    x, y = (on_grid(at + part * by) if part else at for at, part in zip(place, way, strict=True))
    return x, y


def typed_by(event: QKeyEvent) -> str | None:
    """The letter of a key, an empty text for Enter; None for any other key, and with Ctrl, Alt or Meta."""
    if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
        return None
    if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return ""
    return event.text() if event.text().isalpha() else None
