"""A network is built by hand: out of the palette, by double clicks and by search, from nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLineEdit, QTreeWidget
from pytestqt.qtbot import QtBot

from designer.core.assist.drop_targets import Alone
from designer.core.layout.placement import ROW
from designer.ui.app.main_window import MainWindow
from designer.ui.editing import block_edits
from tests.ui.driving import (
    CTRL,
    LEFT,
    click,
    middle,
)
from tests.ui.test_canvas import chain

pytestmark = pytest.mark.kept_window


def palette_item_place(window: MainWindow, title: str) -> tuple[QTreeWidget, QRect]:
    tree = window.findChild(QTreeWidget, "paletteList")
    found = tree.findItems(title, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
    (item,) = [item for item in found if item.parent()]
    tree.scrollToItem(item)
    return tree, tree.visualItemRect(item)


def test_that_a_double_click_in_the_palette_appends_after_the_selected_block(window: MainWindow, qtbot: QtBot) -> None:
    click(window, middle(window, "conv1"))
    before = chain(window)
    tree, rect = palette_item_place(window, "BatchNorm2d")
    qtbot.mouseClick(tree.viewport(), LEFT, pos=rect.center())
    qtbot.mouseDClick(tree.viewport(), LEFT, pos=rect.center())
    (new,) = set(window.scene.cards) - set(before)
    place = before.index("conv1") + 1
    assert chain(window) == [*before[:place], new, *before[place:]]
    assert window.scene.current == new
    places = window.editor.design.view.positions
    assert places[new][1] - places["conv1"][1] == ROW


def test_that_search_and_enter_append_the_first_match(window: MainWindow, qtbot: QtBot) -> None:
    click(window, middle(window, "conv1"))
    before = set(window.scene.cards)
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    search = window.findChild(QLineEdit, "paletteSearch")
    assert search.hasFocus()
    qtbot.keyClicks(search, "drop")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    (new,) = set(window.scene.cards) - before
    assert window.editor.design.network.nodes[new].block.kind == "dropout"
    assert window.editor.design.network.nodes[new].inputs == ("conv1",)


def test_that_a_search_for_nothing_known_appends_nothing(window: MainWindow, qtbot: QtBot) -> None:
    first = window.editor.design
    search = window.findChild(QLineEdit, "paletteSearch")
    qtbot.keyClicks(search, "zzz")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert window.editor.design == first


def picture_of_the_middle(window: MainWindow) -> set[int]:
    """The colours in the middle of the canvas: of words there are many, for their edges are soft."""
    image = window.view.viewport().grab().toImage()
    x, y = image.width() // 2, image.height() // 2
    return {image.pixel(column, row) for row in range(y - 20, y + 20) for column in range(x - 150, x + 150)}


def test_that_an_empty_canvas_says_what_to_do(empty_window: MainWindow) -> None:
    hint = picture_of_the_middle(empty_window)
    block_edits.put(empty_window.editor, empty_window.editor.new_block("input"), Alone((-150.0, -1000.0)))
    without = picture_of_the_middle(empty_window)
    assert len(hint) > len(without) + 5


def test_that_a_network_can_be_built_from_nothing_by_double_clicks(empty_window: MainWindow, qtbot: QtBot) -> None:
    for title in ("Input", "Conv2d", "MaxPool2d", "Flatten", "Dense", "Output"):
        tree, rect = palette_item_place(empty_window, title)
        qtbot.mouseClick(tree.viewport(), LEFT, pos=rect.center())
        qtbot.mouseDClick(tree.viewport(), LEFT, pos=rect.center())
    kinds = [empty_window.editor.design.network.nodes[name].block.kind for name in chain(empty_window)]
    assert kinds == ["input", "conv2d", "max_pool2d", "flatten", "dense", "output"]
    (problem,) = empty_window.editor.problems()
    assert problem.field == "out_features"


def test_that_a_new_input_takes_the_shape_of_the_data_that_is_chosen(empty_window: MainWindow) -> None:
    empty_window.editor.set_data("japanese_vowels")
    for kind in ("input", "masking", "lstm", "dense", "output"):
        empty_window.editor.append(kind, None)
    assert str(empty_window.scene.cards["input"].result.shape) == "L×12"
    (problem,) = empty_window.editor.problems()
    assert problem.field == "out_features"
