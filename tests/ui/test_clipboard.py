"""Cut, copy and paste, by keys, in one window and between two."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from designer.core.graph.design import Design
from designer.core.layout.placement import CARD_WIDTH
from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from tests.ui.conftest import Opening
from tests.ui.driving import CTRL, action, click, middle

pytestmark = pytest.mark.kept_window


def press(window: MainWindow, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(window, key, CTRL)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def refusals(window: MainWindow) -> list[str]:
    told: list[str] = []
    window.editor.refused.connect(told.append)
    return told


def test_that_a_pasted_copy_stands_beside_takes_the_same_and_is_selected(window: MainWindow) -> None:
    first = window.editor.design
    click(window, middle(window, "conv2") + QPoint(30, 8))  # the mouse stays: it is no wish for a place
    press(window, Qt.Key.Key_C, Qt.Key.Key_V)
    assert window.scene.selected_blocks() == ["conv4"]
    after = window.editor.design
    assert after.network.nodes["conv4"].inputs == first.network.nodes["conv2"].inputs
    assert after.view.positions["conv4"][1] == first.view.positions["conv2"][1]
    assert after.view.positions["conv4"][0] >= first.view.positions["conv2"][0] + CARD_WIDTH
    press(window, Qt.Key.Key_Z)
    assert window.editor.design == first


def test_that_what_is_pasted_comes_to_the_mouse(window: MainWindow) -> None:
    click(window, middle(window, "conv2"))
    press(window, Qt.Key.Key_C)
    there = QPoint(60, 60)
    QTest.mouseMove(window.view.viewport(), there)
    place = window.view.mapToScene(there)  # the view may scroll to what comes
    press(window, Qt.Key.Key_V)
    offset = window.scene.cards["conv4"].sceneBoundingRect().center() - place
    assert offset.manhattanLength() < 10


def test_that_cut_blocks_leave_no_gap_and_come_back_as_they_were(window: MainWindow) -> None:
    first = window.editor.design
    window.scene.select_only(["conv2", "pool2"])
    press(window, Qt.Key.Key_X)
    assert window.editor.design.network.nodes["conv3"].inputs == ("pool1",)
    press(window, Qt.Key.Key_V)
    assert sorted(window.scene.selected_blocks()) == ["conv2", "pool2"]
    nodes = window.editor.design.network.nodes
    assert {name: nodes[name] for name in ("conv2", "pool2")} == {
        name: first.network.nodes[name] for name in ("conv2", "pool2")
    }


def test_that_blocks_go_from_window_to_window_without_edges_to_what_happens_to_be_there(
    window: MainWindow, opening: Opening
) -> None:
    window.scene.select_only(["conv2", "pool2"])
    press(window, Qt.Key.Key_C)
    other = opening(example("digits_residual"))
    before = set(other.editor.design.network.nodes)
    other.view.setFocus()
    press(other, Qt.Key.Key_V)
    nodes = other.editor.design.network.nodes
    conv, pool = (name for name in nodes if name not in before)
    assert nodes[conv].inputs == (None,)
    assert nodes[pool].inputs == (conv,)


def test_that_the_text_of_a_file_becomes_the_network_of_an_empty_window(empty_window: MainWindow) -> None:
    path = example("vowels_lstm")
    QGuiApplication.clipboard().setText(Path(path).read_text(encoding="utf-8"))
    empty_window.view.setFocus()
    press(empty_window, Qt.Key.Key_V)
    assert empty_window.editor.design.network == files.read(path).network
    assert empty_window.editor.design.data.source == files.read(path).data.source
    press(empty_window, Qt.Key.Key_Z)
    assert empty_window.editor.design == Design()


def test_that_other_text_is_refused_in_one_line_and_changes_nothing(window: MainWindow) -> None:
    told, before = refusals(window), window.editor.design
    QGuiApplication.clipboard().setText("Name\tValue\nconv\t3")
    action(window, "actionPaste").trigger()
    assert len(told) == 1
    assert "holds no blocks" in told[0]
    assert window.statusBar().currentMessage() == told[0]
    assert window.editor.design is before


def test_that_a_text_field_keeps_copy_and_paste_for_itself(window: MainWindow, qtbot: QtBot) -> None:
    window.scene.select("conv1")
    search = window.docks["Palette"].widget().findChild(QLineEdit)
    assert search is not None
    search.setFocus()
    search.setText("dense")
    search.selectAll()
    action(window, "actionCopy").trigger()
    assert clipboard() == "dense"
    before = window.editor.design
    action(window, "actionCut").trigger()
    assert search.text() == ""
    action(window, "actionPaste").trigger()
    assert search.text() == "dense"
    assert window.editor.design is before


def test_that_a_page_of_text_with_the_keyboard_takes_no_paste_away_from_the_canvas(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.scene.select("conv1")
    press(window, Qt.Key.Key_C)
    window.docks["Code"].raise_()
    page = window.docks["Code"].widget().findChild(QPlainTextEdit)
    assert page is not None
    page.setFocus()
    action(window, "actionPaste").trigger()
    assert window.scene.selected_blocks() == ["conv4"]


def test_that_blocks_of_the_whole_network_are_refused_inside_a_group(opening: Opening) -> None:
    window = opening(example("digits_inception"))
    told = refusals(window)
    group = next(name for name in window.scene.cards if name.startswith(("inception", "group")))
    window.scene.select_only(["input"])
    press(window, Qt.Key.Key_C)
    window.scene.open_group(group)
    before = window.editor.design
    window.view.setFocus()
    press(window, Qt.Key.Key_V)
    assert window.editor.design is before
    assert "stands only outside of groups" in told[-1]


@pytest.mark.parametrize("name", ["actionCut", "actionCopy"])
def test_that_there_is_nothing_to_copy_without_a_selection(window: MainWindow, name: str) -> None:
    window.view.setFocus()
    assert action(window, name).isEnabled()
    click(window, window.view.mapFromScene(QPointF(-400, -400)))
    assert not action(window, name).isEnabled()
