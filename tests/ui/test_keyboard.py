"""The canvas by keys alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.inspector import InspectorPanel
from designer.ui.search.picker import Picker
from tests.ui.driving import CTRL, NONE, SHIFT, click, middle

pytestmark = pytest.mark.kept_window

Key = Qt.Key


def press(window: MainWindow, *keys: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    for key in keys:
        QTest.keyClick(window.view, key, held)


def test_that_the_arrows_follow_the_edges_and_home_and_end_go_to_the_ends(window: MainWindow) -> None:
    window.view.setFocus()
    press(window, Key.Key_Down)
    assert window.scene.current == "pool1"
    press(window, Key.Key_Up, Key.Key_Up)
    assert window.scene.current == "input"
    press(window, Key.Key_End)
    assert window.scene.current == "output"
    press(window, Key.Key_Down)
    assert window.scene.current == "output", "there is nothing below it"
    press(window, Key.Key_Home)
    assert window.scene.current == "input"


def test_that_a_step_back_leads_to_the_branch_that_one_came_from(window: MainWindow) -> None:
    window.bench.opening.open_example(example("digits_inception"))
    window.editor.open_group(("inception1",))
    window.view.setFocus()
    entry = window.editor.shown.network.of_kind("group_input")[0].id
    window.scene.select(entry)
    press(window, Key.Key_Down, Key.Key_Right, Key.Key_Right)
    branch = window.scene.current
    assert window.editor.shown.network.nodes[branch].sources == (entry,)
    press(window, Key.Key_Up, Key.Key_Down)
    assert window.scene.current == branch


def test_that_shift_extends_the_selection_and_shift_end_takes_all_below(window: MainWindow) -> None:
    window.view.setFocus()
    press(window, Key.Key_Down, Key.Key_Down, held=SHIFT)
    assert set(window.scene.selected_blocks()) == {"conv1", "pool1", "conv2"}
    press(window, Key.Key_End, held=SHIFT)
    assert set(window.scene.selected_blocks()) == set(window.scene.cards) - {"input"}


def test_that_ctrl_and_arrows_move_on_the_grid_as_one_edit(window: MainWindow) -> None:
    window.view.setFocus()
    x, y = window.editor.design.view.positions["conv1"]
    press(window, Key.Key_Right, Key.Key_Right, held=CTRL)
    press(window, Key.Key_Down, held=CTRL | SHIFT)
    moved = window.editor.design.view.positions["conv1"]
    assert moved[1] - y == 24
    assert moved[0] % 4 == 0
    assert 4 < moved[0] - x <= 8
    assert window.editor.stack.count() == 1
    window.action("actionUndo").trigger()
    assert window.editor.design.view.positions["conv1"] == (x, y)


def test_that_the_ring_shows_which_block_has_the_keyboard_and_goes_with_it(window: MainWindow) -> None:
    window.view.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, Key.Key_Down, held=SHIFT)
    assert window.view.highlights.ring == "pool1"
    click(window, middle(window, "conv2"))
    assert window.view.highlights.ring == "", "the mouse needs none"
    press(window, Key.Key_Down)
    assert window.view.highlights.ring == "pool2"
    window.panel(InspectorPanel).name.setFocus()
    assert window.view.highlights.ring == ""


def test_that_no_ring_is_drawn_where_only_the_mouse_was_used(window: MainWindow) -> None:
    assert window.view.highlights.ring == "", "at the start"
    click(window, middle(window, "conv2"))
    for reason in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.OtherFocusReason):
        window.panel(InspectorPanel).name.setFocus()
        window.view.setFocus(reason)
        assert window.view.highlights.ring == "", "the window came back, or a command put the keyboard here"
    window.panel(InspectorPanel).name.setFocus()
    window.view.setFocus(Qt.FocusReason.TabFocusReason)
    assert window.view.highlights.ring == "conv2"


def test_that_a_block_scrolled_out_of_sight_is_gone_to(window: MainWindow) -> None:
    window.view.setFocus()
    window.view.zoom_by(4)
    press(window, Key.Key_End)
    card = window.scene.cards["output"]
    seen = window.view.mapToScene(window.view.viewport().rect()).boundingRect()
    assert seen.contains(card.sceneBoundingRect().center())


def focus() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def test_that_ctrl_f6_goes_round_all_panels_and_brings_each_to_the_front(window: MainWindow) -> None:
    window.view.setFocus()
    visited = []
    for _ in window.docks:
        QTest.keyClick(focus(), Key.Key_F6, CTRL)
        visited += [name for name, dock in window.docks.items() if dock.isAncestorOf(focus())]
        assert focus().isVisible()
    assert sorted(visited) == sorted(window.docks)
    QTest.keyClick(focus(), Key.Key_F6, CTRL)
    assert window.view.hasFocus()
    QTest.keyClick(focus(), Key.Key_F6, CTRL | SHIFT)
    assert window.docks[visited[-1]].isAncestorOf(focus())
    assert window.docks[visited[-1]].property("role") == "here"


def test_that_ctrl_f6_comes_back_to_a_panel_whose_field_is_gone(window: MainWindow) -> None:
    window.view.setFocus()
    QTest.keyClick(window.view, Key.Key_Return, CTRL)
    field = focus()
    window.view.setFocus()
    window.scene.select("dense1")
    assert not field.isVisible()
    visited = []
    for _ in window.docks:
        QTest.keyClick(focus(), Key.Key_F6, CTRL)
        visited += [name for name, dock in window.docks.items() if dock.isAncestorOf(focus())]
    assert "Inspector" in visited


def test_that_a_closed_panel_is_no_stop(window: MainWindow) -> None:
    window.docks["Palette"].close()
    window.view.setFocus()
    QTest.keyClick(window.view, Key.Key_F6, CTRL)
    assert not window.docks["Palette"].isAncestorOf(focus())


def test_that_parameters_are_edited_from_the_canvas_and_escape_comes_back(window: MainWindow) -> None:
    window.view.setFocus()
    QTest.keyClick(window.view, Key.Key_Return, CTRL)
    assert focus().objectName() == "out_channels"
    QTest.keyClick(focus(), Key.Key_A, CTRL)
    QTest.keyClicks(focus(), "48")
    QTest.keyClick(focus(), Key.Key_Return)
    QTest.keyClicks(focus(), "9")
    QTest.keyClick(focus(), Key.Key_Escape)
    assert window.view.hasFocus()
    assert window.editor.design.network.nodes["conv1"].block.out_channels == 48, "Enter enters, Escape takes back"


def test_that_blocks_are_connected_by_keys_alone(window: MainWindow) -> None:
    window.editor.disconnect_block("pool2", 0)
    window.view.setFocus()
    window.scene.select("conv2")
    QTest.keyClick(window.view, Key.Key_C, CTRL | SHIFT)
    picker = window.findChild(Picker, "connectPicker")
    assert picker is not None
    assert (picker.shown[0].title, picker.shown[0].right) == ("to pool2", "64×5×5")
    assert any(entry.error for entry in picker.shown), "what does not fit is offered too, with the reason"
    QTest.keyClicks(focus(), "pool2")
    QTest.keyClick(focus(), Key.Key_Return)
    assert window.editor.design.network.nodes["pool2"].inputs == ("conv2",)
    assert window.view.hasFocus()


def test_that_tab_goes_through_the_inspector_from_the_name_to_the_last_parameter(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.scene.select("dense1")
    qtbot.waitUntil(lambda: window.panel(InspectorPanel).first_editor().isVisible())
    window.panel(InspectorPanel).name.setFocus()
    passed = [focus().objectName()]
    while passed[-1] != "activation":
        QTest.keyClick(focus(), Key.Key_Tab)
        passed.append(focus().objectName())
        assert len(passed) < 10
    fields = list(window.editor.design.network.nodes["dense1"].block.form_fields())
    assert list(dict.fromkeys(passed)) == ["blockName", *fields]


def test_that_an_edge_is_selected_and_taken_away_by_keys(window: MainWindow) -> None:
    window.view.setFocus()
    window.scene.select("conv2")
    QTest.keyClick(window.view, Key.Key_E, CTRL | SHIFT)
    picker = window.findChild(Picker, "connectPicker")
    assert picker is not None
    assert [entry.title for entry in picker.shown] == [
        "edge from pool1 to conv2, 32×13×13",
        "edge from conv2 to pool2, 64×11×11",
    ]
    QTest.keyClicks(focus(), "pool2")
    QTest.keyClick(focus(), Key.Key_Return)
    assert window.scene.selected_edges() == [("pool2", 0)]
    press(window, Key.Key_Down)
    assert window.scene.current == "pool2", "from an edge the arrows lead to its ends"
    window.scene.select("input")
    QTest.keyClick(window.view, Key.Key_E, CTRL | SHIFT)
    assert window.scene.selected_edges() == [("conv1", 0)], "the one edge that there is"
    QTest.keyClick(window.view, Key.Key_Delete)
    assert window.editor.design.network.nodes["conv1"].inputs == (None,)
