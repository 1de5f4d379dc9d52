"""A person without a plan: does at random whatever the window offers, one thing at a time."""

from __future__ import annotations

import json
import random
from pathlib import Path

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QWidget

from benchmarks.hands import WORDS, Hands, K, type_letter
from designer.core.graph.registry import kinds
from designer.core.layout.placement import CARD_HEIGHT, CARD_WIDTH
from designer.core.storage import files
from designer.ui.app.main_window import MainWindow
from tests.ui.driving import CTRL, NONE, drop_files, drop_kind, edge_middle, input_port, middle, output_port

DEEDS = {
    "menu": 14,
    "key_on_canvas": 12,
    "key_anywhere": 6,
    "type_anywhere": 3,
    "quick_add": 8,
    "burst": 3,
    "on_canvas": 12,
    "on_card": 12,
    "connect": 5,
    "in_window": 10,
    "in_dock": 8,
    "form": 16,
    "drop": 5,
    "files_dropped": 2,
    "train": 3,
    "stop": 5,
    "dock": 3,
    "resize": 2,
    "paste_nonsense": 1,
    "other_program": 1,
}
SMALLEST, LARGEST = (900, 600), (1920, 1200)


class Person:
    """Has one window before it, and files to open in a folder."""

    def __init__(self, chance: random.Random, folder: Path) -> None:
        self._chance, self._folder = chance, folder
        self._hands = Hands(chance)
        self.window: MainWindow

    def deed(self) -> str:
        """The name of what is done next."""
        return self._chance.choices(list(DEEDS), list(DEEDS.values()))[0]

    def do(self, deed: str) -> str:
        """Does it; what exactly it was."""
        told: str = getattr(self, deed)()
        return told

    def menu(self) -> str:
        """Any command of the menus that can be used now."""
        self.window.menus.renew()
        usable = [placed for placed in self.window.menus.placed() if placed.action.isEnabled()]
        chosen = self._chance.choice(usable)
        told = " > ".join((*chosen.path, chosen.title))
        chosen.action.trigger()
        return told

    def key_on_canvas(self) -> str:
        self.window.view.setFocus()
        return self._hands.key(self._hands.focus(self.window.view))

    def key_anywhere(self) -> str:
        return self._hands.key(self._hands.focus(self.window))

    def type_anywhere(self) -> str:
        return self._hands.type_into(self._hands.focus(self.window.view))

    def quick_add(self) -> str:
        """A block, typed on the canvas."""
        view = self.window.view
        view.setFocus()
        words = self._chance.choice(WORDS) or "dense"
        for letter in words[:30]:
            type_letter(self._hands.focus(view), letter)
        QTest.keyClick(self._hands.focus(view), self._chance.choice([K.Key_Return, K.Key_Return, K.Key_Escape]))
        return repr(words)

    def burst(self) -> str:
        """Undo and redo, many times."""
        undo, redo = self.window.action("actionUndo"), self.window.action("actionRedo")
        chosen = [self._chance.choice([undo, undo, redo]) for _ in range(12)]
        for action in chosen:
            if action.isEnabled():
                action.trigger()
        return " ".join(action.text() for action in chosen)

    def on_canvas(self) -> str:
        viewport = self.window.view.viewport()
        return self._hands.with_mouse(viewport, self._hands.within(viewport.rect()))

    def on_card(self) -> str:
        """Something with the mouse on a block, somewhere."""
        view, cards = self.window.view, list(self.window.scene.cards.values())
        if not cards:
            return self.on_canvas()
        if self._chance.random() < 0.3:
            view.fit()
        card = self._chance.choice(cards)
        inside = QPointF(self._chance.uniform(-8, CARD_WIDTH + 8), self._chance.uniform(-8, CARD_HEIGHT + 8))
        return self._hands.with_mouse(view.viewport(), view.mapFromScene(card.scenePos() + inside))

    def connect(self) -> str:
        """A drag from a port to a port, or to any place."""
        nodes, window = self.window.editor.shown.network.nodes, self.window
        starts = [name for name in window.scene.cards if nodes[name].block.output_ports]
        ends = [name for name in window.scene.cards if nodes[name].inputs]
        if not starts or not ends:
            return self.on_canvas()
        window.view.fit()
        start, end = self._chance.choice(starts), self._chance.choice(ends)
        told = f"{start} to {end}"
        to = input_port(window, end, self._chance.randrange(len(nodes[end].inputs)))
        if self._chance.random() < 0.2:
            to = self._hands.within(window.view.viewport().rect())
        self._hands.drag(window.view.viewport(), output_port(window, start), to, NONE)
        return told

    def in_window(self) -> str:
        return self._hands.at_any_place(self.window)

    def in_dock(self) -> str:
        return self._hands.at_any_place(self._a_dock())

    def form(self) -> str:
        return self._hands.in_a_form(self._a_dock())

    def _a_dock(self) -> QWidget:
        docks = [dock for dock in self.window.docks.values() if dock.isVisible() and not dock.visibleRegion().isEmpty()]
        return self._chance.choice(docks) if docks else self.window

    def drop(self) -> str:
        """A kind out of the palette, to a free place, a block or an edge."""
        kind, scene = self._chance.choice(list(kinds())), self.window.scene
        place = self._hands.within(self.window.view.viewport().rect())
        if scene.edges and self._chance.random() < 0.4:
            place = edge_middle(self.window, *self._chance.choice(list(scene.edges)))
        elif scene.cards and self._chance.random() < 0.3:
            place = middle(self.window, self._chance.choice(list(scene.cards)))
        drop_kind(self.window, kind, place)
        return f"{kind} at {place.x()}, {place.y()}"

    def files_dropped(self) -> str:
        there = sorted(self._folder.rglob("*.*"))
        chosen = [self._chance.choice(there) for _ in range(self._chance.choice([1, 1, 1, 1, 2]))]
        drop_files(self._chance.choice([self.window, self.window.view.viewport(), self._a_dock()]), *chosen)
        return ", ".join(path.name[:30] for path in chosen)

    def train(self) -> str:
        return self._trigger(self.window.action("actionTrain"))

    def stop(self) -> str:
        return self._trigger(self.window.action("actionStop"))

    def _trigger(self, action: QAction) -> str:
        if not action.isEnabled():
            return "cannot be done now"
        action.trigger()
        return action.text()

    def dock(self) -> str:
        """A panel comes out of the window, goes back, is closed, or comes to the front."""
        name, dock = self._chance.choice(list(self.window.docks.items()))
        what = self._chance.choice(["float", "close", "show", "show"])
        if what == "float":
            dock.setFloating(not dock.isFloating())
        elif what == "close":
            dock.close()
        else:
            self._show(dock)
        return f"{what} {name}"

    def _show(self, dock: QDockWidget) -> None:
        dock.show()
        dock.raise_()

    def resize(self) -> str:
        sizes = [self._chance.randint(*both) for both in zip(SMALLEST, LARGEST, strict=True)]
        self.window.resize(*self._chance.choice([SMALLEST, LARGEST, sizes]))
        self.window.move(QPoint(self._chance.randint(-200, 400), self._chance.randint(-50, 300)))
        return f"{self.window.width()}×{self.window.height()}"

    def paste_nonsense(self) -> str:
        """Something of another program comes from the clipboard."""
        text = self._chance.choice([*WORDS, "{}", "[1]", files.dumps(self.window.editor.design), json.dumps({"a": 1})])
        QGuiApplication.clipboard().setText(text)
        self.window.view.setFocus()
        QTest.keyClick(self.window.view, K.Key_V, CTRL)
        return text[:30]

    def other_program(self) -> str:
        """The open file is changed, or goes."""
        path = self.window.editor.document.path
        if path is None or not path.exists():
            return "nothing is open"
        if self._chance.random() < 0.3:
            path.unlink()
            return f"{path.name[:30]} is gone"
        others = sorted(self._folder.glob("*.network.json"))
        path.write_bytes(self._chance.choice([*(other.read_bytes() for other in others), b"{"]))
        return f"{path.name[:30]} is another"
