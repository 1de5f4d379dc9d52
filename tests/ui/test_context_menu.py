"""The menus on the canvas, by the right button and by the Menu key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from designer.ui.app.main_window import MainWindow
from tests.ui.driving import CTRL, action, click, edge_middle, middle, point

pytestmark = pytest.mark.kept_window

RIGHT = Qt.MouseButton.RightButton


def opened(window: MainWindow, place: QPoint) -> QMenu:
    """The menu that the right button opens, as a press and the event behind it bring it."""
    viewport = window.view.viewport()
    QTest.mousePress(viewport, RIGHT, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseRelease(viewport, RIGHT, Qt.KeyboardModifier.NoModifier, place)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)
    return shown()


def shown() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.objectName() == "contextMenu"
    return menu


def entry(menu: QMenu, text: str) -> QAction:
    return next(item for item in menu.actions() if item.text().replace("&", "") == text)


def names(menu: QMenu) -> set[str]:
    return {item.objectName() for item in menu.actions() if item.objectName()}


def test_that_a_block_is_selected_and_its_actions_are_the_window_s_own(window: MainWindow) -> None:
    menu = opened(window, middle(window, "conv2"))
    assert window.scene.selected_blocks() == ["conv2"]
    assert {"actionDelete", "actionDuplicate", "actionConnect", "actionEditParameters", "actionGroup"} <= names(menu)
    assert "actionUngroup" not in names(menu), "it is no group"
    assert action(window, "actionDelete") in menu.actions()
    entry(menu, "Delete").trigger()
    assert "conv2" not in window.scene.cards
    menu.close()


def test_that_several_selected_blocks_stay_selected(window: MainWindow) -> None:
    click(window, middle(window, "conv1"))
    click(window, middle(window, "pool1"), CTRL)
    menu = opened(window, middle(window, "pool1"))
    assert set(window.scene.selected_blocks()) == {"conv1", "pool1"}
    menu.close()
    menu = opened(window, middle(window, "dense1"))
    assert window.scene.selected_blocks() == ["dense1"]
    menu.close()


def test_that_a_block_in_a_group_that_is_open_in_place_has_its_menu(window: MainWindow) -> None:
    action(window, "actionGroup").trigger()
    window.scene.select("group1")
    action(window, "actionExpand").trigger()
    layers = dict(window.scene.frames.all_layers())
    card = layers["group1",].cards.cards["conv1"]
    menu = opened(window, point(window, card.mapToScene(card.room().center())))
    assert window.editor.path == ("group1",)
    assert window.scene.selected_blocks() == ["conv1"]
    assert "actionDelete" in names(menu)
    menu.close()


def test_that_an_edge_has_a_menu_too(window: MainWindow) -> None:
    menu = opened(window, edge_middle(window, "pool1"))
    assert window.scene.selected_edges() == [("pool1", 0)]
    entry(menu, "Delete").trigger()
    assert window.editor.design.network.nodes["pool1"].inputs == (None,)
    menu.close()


def test_that_the_empty_canvas_offers_what_is_about_all_of_it(window: MainWindow) -> None:
    rect = window.scene.blocks_rect()
    menu = opened(window, point(window, rect.topRight()) + QPoint(60, 10))
    assert window.scene.selectedItems() == []
    assert {"actionSelectAll", "actionFit", "actionMinimap", "actionAddNote"} <= names(menu)
    assert "actionDelete" not in names(menu)
    menu.close()


def test_that_the_menu_key_opens_it_at_the_block_with_its_mends_first(window: MainWindow) -> None:
    window.editor.set_param("conv3", "kernel_size", (9, 9))
    window.scene.select("conv3")
    window.view.setFocus()
    fixes = window.scene.cards["conv3"].problem
    assert fixes is not None
    place = QPoint()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, window.view.mapToGlobal(place))
    QApplication.sendEvent(window.view, event)
    menu = shown()
    card = window.view.viewport().mapToGlobal(middle(window, "conv3"))
    card.setX(min(card.x(), menu.screen().geometry().right()))  # Qt's own screen, where there is none, is small
    assert menu.geometry().adjusted(-8, -8, 8, 8).contains(card), "at the card, as far as the screen has room"
    assert menu.actions()[0].text() == fixes.fixes[0].title
    menu.actions()[0].trigger()
    menu.close()
    assert not window.editor.problems()


def test_that_replace_with_asks_what_shall_stand_there_instead(window: MainWindow, qtbot: QtBot) -> None:
    menu = opened(window, middle(window, "pool1"))
    assert "actionDelete" in names(menu)
    entry(menu, "Replace With…").trigger()
    menu.close()
    line = window.findChild(QLineEdit, "quickAddLine")
    assert line.isVisible()
    qtbot.keyClicks(line, "avgpool2d 2")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    nodes = window.editor.design.network.nodes
    assert nodes["pool1"].block.kind == "avg_pool2d"
    assert (nodes["pool1"].inputs, nodes["conv2"].inputs) == (("conv1",), ("pool1",))
    action(window, "actionUndo").trigger()
    assert window.editor.design.network.nodes["pool1"].block.kind == "max_pool2d"


def test_that_replace_with_is_there_for_one_block_only(window: MainWindow) -> None:
    click(window, middle(window, "conv1"))
    click(window, middle(window, "pool1"), CTRL)
    assert not action(window, "actionReplaceWith").isEnabled()
