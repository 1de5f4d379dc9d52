"""The command palette, by its keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.search.picker import Picker
from tests.ui.driving import CTRL, SHIFT, action

pytestmark = pytest.mark.kept_window


def opened(window: MainWindow, typed: str) -> Picker:
    """The palette with something typed, as the keys bring it."""
    QTest.keyClick(window, Qt.Key.Key_P, CTRL | SHIFT)
    picker = window.findChild(Picker, "commandPalette")
    assert picker is not None
    assert picker.isVisible()
    assert picker.line.hasFocus()
    QTest.keyClicks(picker.line, typed)
    return picker


def titles(picker: Picker) -> list[str]:
    return [entry.title for entry in picker.shown]


def test_that_a_few_letters_run_an_action_and_the_canvas_has_the_keyboard_again(window: MainWindow) -> None:
    window.view.setFocus()
    picker = opened(window, "sel all")
    assert picker.shown[0].title == "Select All"
    assert (picker.shown[0].detail, picker.shown[0].right) == ("Edit", "Ctrl+A")
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert picker.isHidden()
    assert window.view.hasFocus()
    assert set(window.scene.selected_blocks()) == set(window.scene.cards)
    assert titles(opened(window, ""))[0] == "Select All", "what was used last comes first"


def test_that_the_palette_takes_the_place_of_the_quick_add_that_is_open(window: MainWindow) -> None:
    window.view.setFocus()
    QTest.keyClicks(window.view, "d")
    quick_add = window.findChild(Picker, "quickAdd")
    assert quick_add is not None
    assert quick_add.isVisible()
    picker = opened(window, "fit")
    assert not quick_add.isVisible()
    QTest.keyClick(picker.line, Qt.Key.Key_Escape)
    assert window.view.hasFocus()


def test_that_an_action_that_cannot_be_used_now_does_nothing(window: MainWindow) -> None:
    picker = opened(window, "close group")
    assert not picker.shown[0].enabled
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert picker.isVisible()
    QTest.keyClick(picker.line, Qt.Key.Key_Escape)
    assert picker.isHidden()


def test_that_kinds_are_added_behind_the_selected_block(window: MainWindow) -> None:
    picker = opened(window, "+dropout")
    assert picker.shown[0].title == "Add Dropout"
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert window.editor.design.network.nodes["dropout1"].inputs == ("conv1",)
    assert window.scene.current == "dropout1"


def test_that_a_block_inside_a_group_is_gone_to(window: MainWindow, qtbot: QtBot) -> None:
    window.bench.opening.open_example(example("digits_inception"))
    qtbot.waitUntil(lambda: "inception1" in window.scene.cards)
    picker = opened(window, "@three")
    assert picker.shown[0].right == "in inception1"
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert window.editor.path == ("inception1",)
    assert window.scene.current == "three"
    assert window.view.hasFocus()


def test_that_examples_are_opened_and_every_action_of_the_menus_can_be_found(window: MainWindow) -> None:
    picker = opened(window, "")
    for name in ("actionSave", "actionGroup", "actionFit", "actionTrain", "actionAbout"):
        assert action(window, name).text().replace("&", "") in titles(picker)
    QTest.keyClicks(picker.line, "vowels")
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert "lstm1" in window.scene.cards


def test_that_the_arrows_go_through_the_list_and_round_its_ends(window: MainWindow) -> None:
    picker = opened(window, "zoom")
    assert picker.list.currentIndex().row() == 0
    QTest.keyClick(picker.line, Qt.Key.Key_Up)
    assert picker.list.currentIndex().row() == len(picker.shown) - 1
    QTest.keyClick(picker.line, Qt.Key.Key_Down)
    QTest.keyClick(picker.line, Qt.Key.Key_Down)
    assert picker.list.currentIndex().row() == 1


def test_that_the_palette_closes_when_the_keyboard_goes_elsewhere(window: MainWindow) -> None:
    picker = opened(window, "zoom")
    QTest.mouseClick(window.view.viewport(), Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert picker.isHidden()
    assert window.view.hasFocus()


def test_that_a_file_opened_just_now_is_among_the_recent_ones(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "mine.network.json"
    files.write(window.editor.design, path)
    window.bench.opening.open_file(path)
    picker = opened(window, "mine")
    assert (picker.shown[0].title, picker.shown[0].detail) == ("mine.network.json", "File › Open Recent")
