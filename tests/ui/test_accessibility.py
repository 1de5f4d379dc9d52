"""Everything that takes the keyboard has a name, and the canvas tells what is selected."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QComboBox, QWidget
from pytestqt.qtbot import QtBot

from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from tests.ui.driving import action, click, edge_middle

DIALOGS = ("actionGallery", "actionCustomBlocks", "actionShortcuts", "actionExportPicture")


def stops(top: QWidget) -> Iterator[QWidget]:
    """What can have the keyboard; not the inner parts of Qt's own widgets, which speak for them."""
    for widget in [top, *top.findChildren(QWidget)]:
        parents = []
        parent = widget.parentWidget()
        while parent is not None:
            parents.append(parent)
            parent = parent.parentWidget()
        inner = widget.objectName().startswith("qt_") or any(isinstance(item, QComboBox) for item in parents)
        viewport = parents and isinstance(parents[0], QAbstractScrollArea) and parents[0].viewport() is widget
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not inner and not viewport:
            yield widget


def nameless(top: QWidget) -> list[str]:
    found = []
    for widget in stops(top):
        interface = QAccessible.queryAccessibleInterface(widget)
        if not interface.text(QAccessible.Text.Name):
            parent = widget.parentWidget()
            around = parent.objectName() or type(parent).__name__ if parent else ""
            found.append(f"{type(widget).__name__} '{widget.objectName()}' in {around}")
    return found


@pytest.mark.parametrize("name", ["mnist_cnn", "vowels_lstm", "digits_inception"])
def test_that_everything_in_the_window_that_takes_the_keyboard_has_a_name(
    window: MainWindow, qtbot: QtBot, name: str
) -> None:
    window.bench.opening.open_example(example(name))
    qtbot.waitUntil(lambda: window.scene.current != "")
    assert len(list(stops(window))) > 30
    assert nameless(window) == []


@pytest.mark.parametrize("name", DIALOGS)
def test_that_everything_in_a_dialog_that_takes_the_keyboard_has_a_name(
    window: MainWindow, qtbot: QtBot, name: str
) -> None:
    seen: list[list[str]] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget() or QApplication.activeWindow()
        assert dialog is not None
        seen.append(nameless(dialog))
        dialog.close()

    QTimer.singleShot(200, look)
    action(window, name).trigger()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [[]]


def test_that_every_panel_and_menu_has_a_name(window: MainWindow) -> None:
    assert all(dock.accessibleName() for dock in window.docks.values())
    assert all(item.title for item in window.menus.placed())


def test_that_the_canvas_tells_what_is_selected(window: MainWindow, qtbot: QtBot) -> None:
    def says(words: str) -> None:
        qtbot.waitUntil(lambda: window.view.accessibleDescription() == words)

    says("conv1, Conv2d, 32 maps · 3×3 · ReLU, from input, output 32×26×26")
    window.view.setFocus()
    QTest.keyClick(window.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    says("2 selected: conv1, pool1")
    click(window, edge_middle(window, "pool1"))
    says("edge from conv1 to pool1, 32×26×26")
    window.scene.clearSelection()
    says("10 blocks, nothing selected")
    window.editor.set_param("conv3", "kernel_size", (9, 9))
    qtbot.waitUntil(lambda: "problem" in window.view.accessibleDescription())
    window.scene.select("conv3")
    qtbot.waitUntil(lambda: "output not known, 1 problem: " in window.view.accessibleDescription())
