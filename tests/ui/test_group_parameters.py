"""Fields inside a group that are parameters of its uses."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMenu,
    QSpinBox,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from designer.ui.app.main_window import MainWindow
from tests.ui.driving import ALT, click, middle, shapes
from tests.ui.test_groups import double_click
from tests.ui.test_inspector import form_of, type_into


def menu_action(window: MainWindow, name: str) -> QAction:
    """An action of the button that chooses parameters, as its menu shows it."""
    menu = window.findChild(QMenu, "exposeMenu")
    menu.aboutToShow.emit()
    found = next((item for item in menu.actions() if item.objectName() == name), None)
    assert found is not None, [item.objectName() for item in menu.actions()]
    return found


def answer_with(qtbot: QtBot, text: str) -> None:
    """Types into the dialog that is about to open, and takes it."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        line = dialog.findChild(QLineEdit)
        line.selectAll()
        qtbot.keyClicks(line, text)
        qtbot.keyClick(line, Qt.Key.Key_Return)

    QTimer.singleShot(50, answer)


def test_that_a_field_inside_becomes_a_parameter_of_each_use(grouped: MainWindow, qtbot: QtBot) -> None:
    grouped.editor.append("group:Group", "group1")
    button = grouped.findChild(QToolButton, "exposeParameter")
    click(grouped, middle(grouped, "conv1"))
    assert not button.isVisible()
    click(grouped, middle(grouped, "group1"))
    double_click(grouped, "group1", qtbot)
    click(grouped, middle(grouped, "conv2"))
    assert button.isVisible()
    menu_action(grouped, "expose_out_channels").trigger()
    assert button.text() == "Parameters of the group: out_channels"
    assert menu_action(grouped, "expose_out_channels").isChecked()
    menu_action(grouped, "expose_groups_out_channels")  # another whole number may join it
    answer_with(qtbot, "2nd")
    menu_action(grouped, "rename_out_channels").trigger()
    assert "'2nd' is not a block name" in grouped.statusBar().currentMessage()
    answer_with(qtbot, "maps")
    menu_action(grouped, "rename_out_channels").trigger()
    assert button.text() == "Parameters of the group: maps"
    grouped.activateWindow()
    qtbot.waitUntil(grouped.isActiveWindow)
    qtbot.keyClick(grouped, Qt.Key.Key_Up, ALT)
    assert grouped.scene.current == "group1"
    type_into(qtbot, form_of(grouped, qtbot).fields["maps"].findChild(QSpinBox), "9")
    assert shapes(grouped)["group1"].startswith("9×")
    assert shapes(grouped)["group2"].startswith("64×")
    double_click(grouped, "group1", qtbot)
    assert "9 maps" in grouped.scene.cards["conv2"].result.node.block.details()
    click(grouped, middle(grouped, "conv2"))
    menu_action(grouped, "expose_out_channels").trigger()
    qtbot.keyClick(grouped, Qt.Key.Key_Up, ALT)
    assert "maps" not in form_of(grouped, qtbot).fields
    assert shapes(grouped)["group1"].startswith("64×")
