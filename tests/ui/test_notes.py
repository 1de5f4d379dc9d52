"""Notes: written, moved, resized, coloured and deleted on the canvas, undoably."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from designer.core.graph.settings import Note
from designer.core.storage import files
from designer.ui.app.main_window import MainWindow
from designer.ui.canvas.items.note_item import NoteItem
from tests.ui.driving import CTRL, LEFT, NONE, SHIFT, action, click, drag, point

pytestmark = pytest.mark.kept_window


def notes_of(window: MainWindow) -> dict[str, Note]:
    return dict(window.editor.shown.view.notes)


def sheet(window: MainWindow, name: str = "note1") -> NoteItem:
    return window.scene.notes.items[name]


def place(window: MainWindow, x: float, y: float, name: str = "note1") -> QPoint:
    """A place of a note, counted from its top left corner, in the canvas's pixels."""
    return point(window, sheet(window, name).pos() + QPointF(x, y))


def typed(window: MainWindow, text: str) -> None:
    QTest.keyClicks(window.view.viewport(), text)


def add_note(window: MainWindow, text: str) -> None:
    """Adds a note with its shortcut, and writes."""
    QTest.keyClick(window, Qt.Key.Key_N, CTRL | SHIFT)
    typed(window, text)
    QTest.keyClick(window.view.viewport(), Qt.Key.Key_Escape)


def test_that_a_note_is_added_beside_the_selected_block_and_written_at_once(window: MainWindow) -> None:
    add_note(window, "Learns edges")
    (x, y), note = window.editor.shown.view.positions["conv1"], notes_of(window)["note1"]
    assert note.text == "Learns edges"
    assert note.position[0] > x + 232
    assert abs(note.position[1] - y) < 10
    assert not window.scene.notes.writing()
    window.editor.stack.undo()
    window.editor.stack.undo()
    assert not window.scene.notes.items


def test_that_keys_that_are_shortcuts_elsewhere_write_while_a_note_is_written(window: MainWindow) -> None:
    blocks = set(window.scene.cards)
    QTest.keyClick(window, Qt.Key.Key_N, CTRL | SHIFT)
    typed(window, "a b")
    for key in (Qt.Key.Key_Backspace, Qt.Key.Key_Home, Qt.Key.Key_Delete, Qt.Key.Key_Return):
        QTest.keyClick(window.view.viewport(), key)
    assert notes_of(window)["note1"].text == "\n "
    assert set(window.scene.cards) == blocks
    assert set(window.scene.notes.items) == {"note1"}


def test_that_what_is_being_written_is_saved(window: MainWindow, tmp_path: Path) -> None:
    window.editor.document.set_path(tmp_path / "noted.network.json")
    QTest.keyClick(window, Qt.Key.Key_N, CTRL | SHIFT)
    typed(window, "half a sen")
    QTest.keyClick(window, Qt.Key.Key_S, CTRL)
    assert files.read(tmp_path / "noted.network.json").view.notes["note1"].text == "half a sen"


def test_that_a_sheet_grows_with_its_text_and_never_hides_any_of_it(window: MainWindow) -> None:
    add_note(window, "many words " * 30)
    note = notes_of(window)["note1"]
    assert note.size[1] > 96
    assert sheet(window).sheet.height() == note.size[1]


def test_that_a_text_too_long_for_a_note_is_refused_and_the_sheet_says_what_is_kept(window: MainWindow) -> None:
    add_note(window, "short")
    sheet(window).begin_writing()
    QGuiApplication.clipboard().setText("x" * 20_001)
    QTest.keyClick(window.view.viewport(), Qt.Key.Key_V, CTRL)
    assert "20000" in window.statusBar().currentMessage()
    assert notes_of(window)["note1"].text == "short"
    typed(window, " text")
    assert notes_of(window)["note1"].text == "short text"


def test_that_a_double_click_or_f2_writes_on(window: MainWindow, qtbot: QtBot) -> None:
    add_note(window, "one")
    click(window, place(window, 100, 60))
    QTest.mouseDClick(window.view.viewport(), LEFT, NONE, place(window, 100, 60))
    QTest.mouseRelease(window.view.viewport(), LEFT, NONE, place(window, 100, 60))
    typed(window, " two")
    QTest.keyClick(window.view.viewport(), Qt.Key.Key_Escape)
    assert notes_of(window)["note1"].text == "one two"
    QTest.keyClick(window.view, Qt.Key.Key_F2)
    typed(window, " three")
    click(window, QPoint(8, 8))
    assert notes_of(window)["note1"].text == "one two three"
    qtbot.waitUntil(lambda: not sheet(window).writing)


def test_that_a_note_is_dragged_and_pulled_by_its_corner(window: MainWindow) -> None:
    add_note(window, "here")
    before = notes_of(window)["note1"]
    drag(window, place(window, 40, 60), place(window, 80, 140))
    moved = notes_of(window)["note1"]
    assert moved.position == (before.position[0] + 40, before.position[1] + 80)
    width, height = moved.size
    drag(window, place(window, width - 4, height - 4), place(window, width + 36, height + 16))
    assert notes_of(window)["note1"].size == (width + 40, height + 20)
    window.editor.stack.undo()
    window.editor.stack.undo()
    assert notes_of(window)["note1"] == before
    assert sheet(window).pos() == QPointF(*before.position)


def test_that_a_note_moves_and_goes_with_the_blocks_that_are_selected_with_it(window: MainWindow) -> None:
    add_note(window, "with conv1")
    before, place_before = notes_of(window)["note1"].position, window.editor.shown.view.positions["conv1"]
    window.scene.cards["conv1"].setSelected(True)
    drag(window, place(window, 40, 60), place(window, 40, 100))
    assert notes_of(window)["note1"].position[1] == before[1] + 40
    assert window.editor.shown.view.positions["conv1"][1] == place_before[1] + 40
    QTest.keyClick(window.view, Qt.Key.Key_Delete)
    assert not window.scene.notes.items
    assert "conv1" not in window.scene.cards
    window.editor.stack.undo()
    assert notes_of(window)["note1"].text == "with conv1"
    assert "conv1" in window.scene.cards


def test_that_a_note_has_the_colour_that_is_chosen(window: MainWindow) -> None:
    assert not action(window, "actionNoteBlue").isEnabled()
    add_note(window, "cold")
    action(window, "actionNoteBlue").trigger()
    assert notes_of(window)["note1"].colour == "blue"
    window.editor.stack.undo()
    assert notes_of(window)["note1"].colour == "yellow"


def test_that_a_group_has_notes_of_its_own(window: MainWindow) -> None:
    action(window, "actionGroup").trigger()
    window.scene.select("group1")
    action(window, "actionOpenGroup").trigger()
    add_note(window, "inside")
    assert set(window.scene.notes.items) == {"note1"}
    action(window, "actionCloseGroup").trigger()
    assert not window.scene.notes.items
    definition = window.editor.design.network.nodes["group1"].block.definition  # type: ignore[union-attr]
    assert definition.view.notes["note1"].text == "inside"
