"""Metrics with a number of a person's own are asked for below the list, and stand in it then."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu, QSpinBox, QToolButton
from pytestqt.qtbot import QtBot

from designer.core.graph.training_settings import VALIDATION
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.training import TrainingPanel

pytestmark = pytest.mark.kept_window


def metrics_button(window: MainWindow) -> QToolButton:
    panel = window.panel(TrainingPanel)
    panel.form.folds[VALIDATION].button.setChecked(True)
    button = panel.form.fields["metrics"].findChildren(QToolButton)[0]
    QApplication.processEvents()  # the fold has its place
    panel.ensureWidgetVisible(button)
    return button


def labels(menu: QMenu) -> list[str]:
    return [item.text() for item in menu.actions() if not item.isSeparator()]


def click_in_menu(window: MainWindow, qtbot: QtBot, label: str) -> None:
    """Opens the list by the mouse, clicks an entry, and closes it."""
    button = metrics_button(window)
    menu = button.menu()

    def click() -> None:
        if not menu.isVisible():
            QTimer.singleShot(10, click)
            return
        (entry,) = [item for item in menu.actions() if item.text() == label]
        qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(entry).center())
        qtbot.keyClick(menu, Qt.Key.Key_Escape)

    QTimer.singleShot(0, click)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def ask_for(window: MainWindow, qtbot: QtBot, k: int, key: Qt.Key) -> None:
    """Chooses top-k…, writes a number into the question, and answers it with a key."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QInputDialog):
            QTimer.singleShot(10, answer)
            return
        box = dialog.findChildren(QSpinBox)[0]
        assert (box.minimum(), box.maximum()) == (2, 1000)
        box.selectAll()
        qtbot.keyClicks(box, str(k))
        qtbot.keyClick(dialog, key)

    QTimer.singleShot(50, answer)
    click_in_menu(window, qtbot, "top-k…")
    window.activateWindow()


def test_that_a_person_chooses_of_how_many_classes_one_has_to_be_right(window: MainWindow, qtbot: QtBot) -> None:
    menu = metrics_button(window).menu()
    before = labels(menu)
    ask_for(window, qtbot, 7, Qt.Key.Key_Return)
    ask_for(window, qtbot, 2, Qt.Key.Key_Return)
    assert window.editor.design.training.metrics == ("top_2", "top_7")
    assert metrics_button(window).text() == "top-2, top-7"
    assert [text for text in labels(menu) if text.startswith("top-")] == ["top-3", "top-5", "top-2", "top-7", "top-k…"]
    ask_for(window, qtbot, 9, Qt.Key.Key_Escape)
    assert window.editor.design.training.metrics == ("top_2", "top_7")
    click_in_menu(window, qtbot, "top-7")
    assert window.editor.design.training.metrics == ("top_2",)
    click_in_menu(window, qtbot, "top-2")
    assert labels(menu) == before
    assert metrics_button(window).text() == "none"
