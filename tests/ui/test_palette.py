"""The palette: folding that is remembered, a search that puts the best first, and the way there by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from designer.core.graph.registry import kinds
from designer.ui.app.main_window import MainWindow
from designer.ui.search.kind_search import CALLED_HERE, KindOffer, kinds_found
from tests.ui.conftest import Opening
from tests.ui.driving import CTRL, LEFT

PALETTE_WIDTH = 190
FOLDED = f"▸ Recurrent ({sum(kind.category == 'Recurrent' for kind in kinds().values())})"
OFFERS = [KindOffer.of(kind) for kind in kinds().values()]


def tree_of(window: MainWindow) -> QTreeWidget:
    return window.findChild(QTreeWidget, "paletteList")


def search_of(window: MainWindow) -> QLineEdit:
    return window.findChild(QLineEdit, "paletteSearch")


def top(tree: QTreeWidget) -> list[QTreeWidgetItem]:
    return [tree.topLevelItem(place) for place in range(tree.topLevelItemCount())]


def head(window: MainWindow, category: str) -> QTreeWidgetItem:
    (item,) = [item for item in top(tree_of(window)) if category in item.text(0)]
    return item


def titles(text: str) -> list[str]:
    return [kind.title for kind in kinds_found(OFFERS, text)]


def test_that_a_click_folds_a_category_and_the_next_start_remembers_it(opening: Opening, qtbot: QtBot) -> None:
    first = opening()
    tree = tree_of(first)
    for category in ("Recurrent", "Convolution"):
        item = head(first, category)
        tree.scrollToItem(item)
        qtbot.mouseClick(tree.viewport(), LEFT, pos=tree.visualItemRect(item).center())
        assert not item.isExpanded()
    assert head(first, "Recurrent").text(0) == FOLDED
    second = opening()
    folded = [item.text(0) for item in top(tree_of(second)) if not item.isExpanded()]
    assert [name.split()[1] for name in folded] == ["Convolution", "Recurrent"]
    item = head(second, "Convolution")
    qtbot.mouseClick(tree_of(second).viewport(), LEFT, pos=tree_of(second).visualItemRect(item).center())
    third = opening()
    assert [item.text(0).split()[1] for item in top(tree_of(third)) if not item.isExpanded()] == ["Recurrent"]


def test_that_a_search_finds_kinds_in_folded_categories_and_folds_nothing_open(
    window: MainWindow, qtbot: QtBot
) -> None:
    head(window, "Recurrent").setExpanded(False)
    qtbot.keyClicks(search_of(window), "lstm")
    assert top(tree_of(window))[0].text(0) == "LSTM"
    assert all("▾" not in item.text(0) for item in top(tree_of(window)))
    qtbot.keyClick(search_of(window), Qt.Key.Key_Escape)
    assert search_of(window).text() == ""
    assert [item.text(0) for item in top(tree_of(window)) if not item.isExpanded()] == [FOLDED]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("lstm", ["LSTM"]),
        ("max", ["Maximum", "MaxPool2d"]),
        ("dense", ["Dense"]),
        ("linear", ["Dense"]),
        ("add", ["Add"]),
        ("conv2", ["Conv2d"]),
        ("relu", ["LeakyReLU", "Activation"]),
        ("max_pool", ["MaxPool1d", "MaxPool2d", "MaxPool3d"]),
        ("pool max", ["MaxPool1d", "MaxPool2d", "MaxPool3d"]),
        ("group norm", ["GroupNorm"]),
        ("global average", ["GlobalAvgPool"]),
        ("average pooling", ["AvgPool1d", "AvgPool2d"]),
        ("fully connected", ["Dense"]),
        ("skip", ["Add"]),
        ("merge", ["Add", "Multiply"]),
        ("self-attention", ["MultiheadAttention", "TransformerEncoder"]),
        ("batch normalization", ["BatchNorm1d"]),
    ],
)
def test_that_the_best_kind_comes_first(text: str, first: list[str]) -> None:
    found_titles = titles(text)
    places = [found_titles.index(title) for title in first]
    assert places == sorted(places)
    assert places[0] == 0


def test_that_every_word_of_other_programs_leads_somewhere() -> None:
    assert [word for word in CALLED_HERE if not titles(word)] == []


def test_that_names_come_before_categories_and_those_before_descriptions() -> None:
    norm = titles("norm")
    named = [title for title in norm if "Norm" in title]
    assert len(named) >= 7
    assert norm[: len(named)] == named
    attention = titles("attention")
    category = {kind.title for kind in kinds().values() if kind.category == "Attention"}
    assert category <= set(attention[: len(category)])
    assert "Attention" in attention[0] or "attention" in attention[0]


def test_that_every_kind_is_found_by_its_title_and_by_its_name_in_files() -> None:
    for name, kind in kinds().items():
        assert titles(kind.title)[0] == kind.title
        assert KindOffer.of(kind) in kinds_found(OFFERS, name)[:1]


def test_that_the_keys_go_from_the_search_into_the_list_and_back(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    search, tree = search_of(window), tree_of(window)
    qtbot.keyClicks(search, "norm")
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert tree.hasFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    chosen = tree.currentItem().text(0)
    before = set(window.scene.cards)
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    (new,) = set(window.scene.cards) - before
    assert window.editor.design.network.nodes[new].block.title == chosen
    tree.setFocus()
    tree.setCurrentItem(tree.topLevelItem(0))
    qtbot.keyClick(tree, Qt.Key.Key_Up)
    assert search.hasFocus()


def test_that_enter_folds_the_category_under_the_cursor(window: MainWindow, qtbot: QtBot) -> None:
    tree = tree_of(window)
    search_of(window).setFocus()
    qtbot.keyClick(search_of(window), Qt.Key.Key_Down)
    assert tree.currentItem() is tree.topLevelItem(0)
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert not tree.topLevelItem(0).isExpanded()
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    assert tree.currentItem() is tree.topLevelItem(1)
    qtbot.keyClick(tree, Qt.Key.Key_Up)
    qtbot.keyClick(tree, Qt.Key.Key_Right)
    assert tree.topLevelItem(0).isExpanded()


def test_that_no_name_is_cut_off_at_the_usual_width(window: MainWindow) -> None:
    tree = tree_of(window)
    assert window.docks["Palette"].width() == PALETTE_WIDTH
    assert tree.verticalScrollBar().isVisible()
    for item in [child for parent in top(tree) for child in [parent, *map(parent.child, range(parent.childCount()))]]:
        rect = tree.visualItemRect(item)
        icon = 0 if item.icon(0).isNull() else tree.iconSize().width() + 4
        words = tree.fontMetrics() if item.parent() else _bold(tree)
        assert rect.width() - icon - 6 >= words.horizontalAdvance(item.text(0)), item.text(0)
        assert rect.height() >= (tree.iconSize().height() if icon else words.height())


def _bold(tree: QTreeWidget) -> QFontMetrics:
    return QFontMetrics(tree.topLevelItem(0).font(0))


def test_that_the_stripe_of_a_kind_has_its_category_s_hue(window: MainWindow) -> None:
    item = head(window, "Dense").child(0)
    picture = item.icon(0).pixmap(26, 20).toImage()
    assert QColor(picture.pixel(1, picture.height() // 2)).name() == "#e69f00"
