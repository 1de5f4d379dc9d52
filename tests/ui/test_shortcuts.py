"""Shortcuts are shown, searched and changed, and are there again at the next start."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTreeWidgetItem

from designer.ui.app.main_window import MainWindow
from designer.ui.prefs.shortcuts_dialog import ShortcutsDialog
from tests.ui.conftest import Opening
from tests.ui.driving import CTRL, NONE, SHIFT, Answers, Buttons, action

pytestmark = pytest.mark.kept_window

Key = Qt.Key


def opened(window: MainWindow, typed: str = "") -> ShortcutsDialog:
    action(window, "actionShortcuts").trigger()
    dialog = window.findChild(ShortcutsDialog)
    assert dialog is not None
    QTest.keyClicks(dialog.search, typed)
    return dialog


def rows(dialog: ShortcutsDialog) -> list[tuple[str, str, str]]:
    items = [dialog.list.topLevelItem(number) for number in range(dialog.list.topLevelItemCount())]
    return [(item.text(0), item.text(1), item.text(2)) for item in items if isinstance(item, QTreeWidgetItem)]


def press(dialog: ShortcutsDialog, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
    """The keys into the field, and the end of waiting for more of them."""
    dialog.keys.setFocus()
    QTest.keyClick(dialog.keys, key, held)
    if not dialog.keys.keySequence().isEmpty():
        dialog.keys.editingFinished.emit()


def click(dialog: ShortcutsDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_that_every_command_is_listed_with_its_keys_and_the_canvas_s_too(window: MainWindow) -> None:
    listed = rows(opened(window))
    assert ("Duplicate", "Edit", "Ctrl+D") in listed
    assert ("Redo", "Edit", "Ctrl+Shift+Z, Ctrl+Y") in listed
    assert any(menu == "Canvas" and keys == "Home, End" for _, menu, keys in listed)
    named = {item.action.objectName() for item in window.menus.placed()}
    assert {"actionShowInspector", "actionResetLayout", "actionCommandPalette"} <= named
    assert all(name for name, _, _ in listed)


def test_that_keys_are_found_by_what_they_do_and_what_they_are(window: MainWindow) -> None:
    assert rows(opened(window, "duplic"))[0][2] == "Ctrl+D"
    dialog = opened(window)
    dialog.search.clear()
    QTest.keyClicks(dialog.search, "ctrl+shift+p")
    assert rows(dialog)[0][0] == "Command Palette…"
    dialog.search.clear()
    QTest.keyClicks(dialog.search, "no such thing")
    assert rows(dialog) == []
    assert dialog.said.text() == "No command like that."


def test_that_changed_keys_hold_at_once_in_menus_and_tips_and_at_the_next_start(
    window: MainWindow, opening: Opening
) -> None:
    dialog = opened(window, "fit network")
    press(dialog, Key.Key_J, CTRL)
    assert rows(dialog)[0][2] == "Ctrl+J"
    fit = action(window, "actionFit")
    assert fit.shortcut().toString() == "Ctrl+J"
    assert fit.toolTip() == "Fit Network (Ctrl+J)"
    dialog.close()
    window.view.zoom_by(3)
    window.view.setFocus()
    QTest.keyClick(window.view, Key.Key_J, CTRL)
    assert window.view.transform().m11() <= 1
    window.editor.stack.setClean()
    window.close()
    again = opening()
    assert action(again, "actionFit").shortcut().toString() == "Ctrl+J"
    dialog = opened(again, "fit network")
    click(dialog, "shortcutReset")
    assert action(again, "actionFit").shortcut().toString() == "Ctrl+0"
    assert again.settings.shortcuts == {}


def test_that_keys_of_another_command_are_told_and_can_be_taken_over(window: MainWindow) -> None:
    dialog = opened(window, "fit network")
    press(dialog, Key.Key_D, CTRL)
    assert dialog.said.text() == "Ctrl+D is the shortcut of “Duplicate”, which would have none."
    assert action(window, "actionFit").shortcut().toString() == "Ctrl+0"
    click(dialog, "shortcutTakeOver")
    assert action(window, "actionFit").shortcut().toString() == "Ctrl+D"
    assert action(window, "actionDuplicate").shortcut().isEmpty()
    assert action(window, "actionDuplicate").toolTip() == "Duplicate"


def test_that_letters_alone_are_refused_with_the_reason(window: MainWindow) -> None:
    dialog = opened(window, "fit network")
    press(dialog, Key.Key_X, NONE)
    assert dialog.said.text().startswith("X alone is typed")
    press(dialog, Key.Key_X, SHIFT)
    assert action(window, "actionFit").shortcut().toString() == "Ctrl+0"


def test_that_all_are_reset_after_a_question(window: MainWindow, answers: Answers) -> None:
    dialog = opened(window, "fit network")
    press(dialog, Key.Key_D, CTRL)
    click(dialog, "shortcutTakeOver")
    answers.then = Buttons.Cancel
    click(dialog, "shortcutResetAll")
    assert action(window, "actionDuplicate").shortcut().isEmpty()
    answers.then = Buttons.Reset
    click(dialog, "shortcutResetAll")
    assert action(window, "actionDuplicate").shortcut().toString() == "Ctrl+D"
    assert action(window, "actionFit").shortcut().toString() == "Ctrl+0"
    assert window.settings.shortcuts == {}


def test_that_no_two_commands_have_the_same_keys(window: MainWindow) -> None:
    taken: dict[str, str] = {}
    for item in window.menus.placed():
        for keys in item.action.shortcuts():
            assert keys.toString() not in taken, (item.title, taken[keys.toString()])
            taken[keys.toString()] = item.title
