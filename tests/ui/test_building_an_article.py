"""The article's CNN, built from an empty canvas: by keys alone, and by the mouse alone.

Each test counts its actions, and holds them against two a block. By keys, an action is one key that does something
(Enter), or one run of letters and digits that is typed between two such keys. By the mouse, it is one click or double
click, a drag counting as one. Moving the mouse is no action; nor is looking.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QListView, QTreeWidget
from pytestqt.qtbot import QtBot

from designer.core.graph.network import Network
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from tests.ui.driving import LEFT, drop_kind, middle

TYPED = (
    "input",
    "conv2d 32 relu",
    "maxpool",
    "conv2d 64 relu",
    "maxpool",
    "conv2d 64 relu",
    "flatten",
    "dense 64 relu",
    "dense 10",
    "output",
)
"""What a person types for each block."""


class Counted:
    """Counts what a person does."""

    def __init__(self) -> None:
        self.actions = 0
        self.keys = 0

    def act(self, do: Callable[[], object], keys: int = 0) -> None:
        self.actions += 1
        self.keys += keys
        do()

    def told(self, record: Callable[[str, object], None], way: str) -> None:
        record(f"actions by {way}", self.actions)
        print(f"\nThe article's CNN by {way}: {self.actions} actions for {len(TYPED)} blocks, {self.keys} keystrokes")


def is_the_article_s(network: Network) -> bool:
    """The same blocks with the same parameters, in the same chain; only the Flatten may be called flatten1."""
    wanted = list(files.read(example("mnist_cnn")).network.nodes.values())
    made = list(network.nodes.values())
    chained = all(node.inputs == (before.id,) for before, node in pairwise(made))
    return chained and [node.block for node in made] == [node.block for node in wanted]


def stands_in_one_stack(window: MainWindow) -> bool:
    places = sorted(window.editor.design.view.positions.values(), key=lambda place: place[1])
    rows = [after[1] - before[1] for before, after in pairwise(places)]
    return len({x for x, _ in places}) == 1 and len(set(rows)) == 1


@pytest.fixture
def canvas(empty_window: MainWindow, qtbot: QtBot) -> MainWindow:
    """An empty canvas that has the keyboard, as it has after New."""
    empty_window.view.setFocus()
    qtbot.waitUntil(empty_window.view.hasFocus)
    return empty_window


def test_that_the_article_s_cnn_is_built_by_keys_alone_in_two_actions_a_block(
    canvas: MainWindow, qtbot: QtBot, record_property: Callable[[str, object], None]
) -> None:
    counted, line = Counted(), canvas.findChild(QLineEdit, "quickAddLine")

    def typed(text: str) -> None:
        qtbot.keyClick(canvas.view, text[0])  # the first letter opens the search, and is in it
        qtbot.keyClicks(line, text[1:])

    for text in TYPED:
        counted.act(lambda text=text: typed(text), keys=len(text))
        counted.act(lambda: qtbot.keyClick(line, Qt.Key.Key_Return), keys=1)
        assert canvas.view.hasFocus()
    assert is_the_article_s(canvas.editor.design.network)
    assert canvas.editor.problems() == []
    assert stands_in_one_stack(canvas)
    counted.told(record_property, "keys")
    assert counted.actions <= 2 * len(TYPED)


def test_that_the_article_s_cnn_is_built_by_the_mouse_alone_in_two_actions_a_block(
    canvas: MainWindow, qtbot: QtBot, record_property: Callable[[str, object], None]
) -> None:
    counted, likely = Counted(), canvas.findChild(QListView, "quickAddList")
    viewport = canvas.view.viewport()

    def from_palette(title: str) -> None:
        """A double click there puts a block behind the selected one."""
        tree = canvas.findChild(QTreeWidget, "paletteList")
        found = tree.findItems(title, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
        (item,) = [item for item in found if item.parent()]
        tree.scrollToItem(item)
        place = tree.visualItemRect(item).center()
        qtbot.mouseClick(tree.viewport(), LEFT, pos=place)
        qtbot.mouseDClick(tree.viewport(), LEFT, pos=place)

    def plus() -> None:
        card = canvas.scene.cards[canvas.scene.current]
        (button,) = card.childItems()
        qtbot.mouseClick(viewport, LEFT, pos=canvas.view.mapFromScene(button.scenePos()))

    def pick(words: str) -> None:
        """A click on a row of what is likely here, as a person reads it."""
        model = likely.model()
        rows = [model.index(row, 0) for row in range(model.rowCount())]
        read = [row.data(Qt.ItemDataRole.AccessibleTextRole) for row in rows]
        row = next(place for place, text in enumerate(read) if text.startswith(words))
        assert row < 7, "it is among those that are seen without scrolling"
        qtbot.mouseClick(likely.viewport(), LEFT, pos=likely.visualRect(rows[row]).center())

    def dropped_behind(kind: str) -> None:
        """A drag from the palette to just below the selected block."""
        drop_kind(canvas, kind, middle(canvas, canvas.scene.current) + QPoint(0, 28))

    def with_plus(words: str) -> None:
        counted.act(plus)
        counted.act(lambda: pick(words))

    counted.act(lambda: from_palette("Input"))
    with_plus("Conv2d, 32 maps · 3×3 · ReLU")
    counted.act(lambda: from_palette("MaxPool2d"))
    with_plus("Conv2d, 64 maps · 3×3 · ReLU")
    counted.act(lambda: from_palette("MaxPool2d"))
    with_plus("Conv2d, 64 maps · 3×3 · ReLU")
    counted.act(lambda: dropped_behind("flatten"))
    with_plus("Dense, 64 units · ReLU")
    with_plus("Dense, 10 units")
    counted.act(lambda: dropped_behind("output"))
    assert is_the_article_s(canvas.editor.design.network)
    assert canvas.editor.problems() == []
    assert stands_in_one_stack(canvas)
    counted.told(record_property, "mouse")
    assert counted.actions <= 2 * len(TYPED)
