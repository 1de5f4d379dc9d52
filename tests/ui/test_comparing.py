"""Two networks side by side: what differs is marked, listed, and found by a click."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from designer.core.storage import files
from designer.core.storage.resources import example
from designer.ui.app.main_window import MainWindow
from designer.ui.comparison.dialog import CompareDialog
from designer.ui.comparison.side import ComparisonSide
from designer.ui.panels.history import HistoryPanel
from tests.ui.conftest import Opening
from tests.ui.driving import CTRL, LEFT, NONE, Answers, action

pytestmark = pytest.mark.kept_window

NO_BUTTON = Qt.MouseButton.NoButton


def compared(window: MainWindow, qtbot: QtBot, name: str = "actionCompareStart") -> CompareDialog:
    action(window, name).trigger()
    return shown(window, qtbot)


def shown(window: MainWindow, qtbot: QtBot) -> CompareDialog:
    found = [dialog for dialog in window.findChildren(CompareDialog) if dialog.isVisible()]
    assert len(found) == 1
    qtbot.waitExposed(found[0])
    QApplication.processEvents()
    return found[0]


def listed(dialog: CompareDialog) -> list[str]:
    return [dialog.list.item(row).text() for row in range(dialog.list.count())]


def choose(dialog: CompareDialog, text: str) -> None:
    row = listed(dialog).index(text)
    place = dialog.list.visualItemRect(dialog.list.item(row)).center()
    QTest.mouseClick(dialog.list.viewport(), LEFT, NONE, place)


def middle(side: ComparisonSide, block_id: str) -> QPoint:
    return side.view.mapFromScene(side.scene.cards[block_id].sceneBoundingRect().center())


@pytest.fixture
def changed(window: MainWindow) -> MainWindow:
    """A block changed, one under another name, one gone, one added."""
    window.editor.set_param("conv2", "out_channels", 8)
    window.editor.rename("conv1", "stem")
    window.editor.remove(["pool2"])
    window.editor.append("dropout", "dense1")
    return window


def test_that_what_differs_is_marked_on_both_sides_and_listed(changed: MainWindow, qtbot: QtBot) -> None:
    dialog = compared(changed, qtbot)
    assert dict(dialog.left.view.marks) == {"conv1": "changed", "conv2": "changed", "pool2": "removed"}
    assert dict(dialog.right.view.marks) == {"stem": "changed", "conv2": "changed", "dropout1": "added"}
    assert listed(dialog) == [
        "conv1 → stem: another name",
        "conv2: out_channels 64 → 8",
        "pool2 (MaxPool2d)",
        "dropout1 (Dropout)",
    ]
    spoken = dialog.list.item(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "removed: pool2 (MaxPool2d)"


def test_that_a_difference_is_shown_on_both_sides_and_a_card_finds_its_partner(
    changed: MainWindow, qtbot: QtBot
) -> None:
    dialog = compared(changed, qtbot)
    choose(dialog, "conv1 → stem: another name")
    assert (dialog.left.scene.current, dialog.right.scene.current) == ("conv1", "stem")
    choose(dialog, "dropout1 (Dropout)")
    assert (dialog.left.scene.current, dialog.right.scene.current) == ("", "dropout1")
    QTest.mouseClick(dialog.left.view.viewport(), LEFT, NONE, middle(dialog.left, "conv2"))
    assert dialog.right.scene.current == "conv2"
    assert dialog.list.currentItem().text() == "conv2: out_channels 64 → 8"


def test_that_scrolling_and_zooming_go_on_on_the_other_side(changed: MainWindow, qtbot: QtBot) -> None:
    dialog = compared(changed, qtbot)
    left, right = dialog.left.view, dialog.right.view
    assert left.transform().m11() == right.transform().m11()
    before = right.verticalScrollBar().value()
    left.verticalScrollBar().setValue(left.verticalScrollBar().value() + 40)
    assert right.verticalScrollBar().value() == before + 40
    there = middle(dialog.left, "conv2")
    wheel = QWheelEvent(
        QPointF(there), left.viewport().mapToGlobal(QPointF(there)), QPoint(), QPoint(0, 120), NO_BUTTON, CTRL,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    zoom, before = left.transform().m11(), middle(dialog.right, "conv2")
    QApplication.sendEvent(left.viewport(), wheel)
    assert left.transform().m11() == right.transform().m11() == pytest.approx(1.2 * zoom)
    assert (middle(dialog.left, "conv2") - there).manhattanLength() <= 2
    grown = (before - there) * 1.2 + there
    assert (middle(dialog.right, "conv2") - grown).manhattanLength() <= 4


def test_that_nothing_can_be_moved_or_edited_there(changed: MainWindow, qtbot: QtBot) -> None:
    before = changed.editor.design
    dialog = compared(changed, qtbot)
    side, start = dialog.right, middle(dialog.right, "stem")
    viewport = side.view.viewport()
    QTest.mousePress(viewport, LEFT, NONE, start)
    for step in range(1, 5):
        QTest.mouseMove(viewport, start + QPoint(20 * step, 0))
    QTest.mouseRelease(viewport, LEFT, NONE, start + QPoint(80, 0))
    QTest.keyClick(side.view, Qt.Key.Key_Delete)
    assert side.editor.design.network == before.network
    assert side.editor.design.view.positions == before.view.positions
    assert side.editor.stack.count() == 0
    assert changed.editor.design is before


def test_that_the_inside_of_a_group_opens_on_both_sides(opening: Opening, qtbot: QtBot) -> None:
    window = opening(example("digits_inception"))
    first, second = (node.id for node in window.editor.design.network.of_kind("group"))
    window.editor.open_group((first,))
    window.editor.set_param("one", "bias", False)
    window.editor.open_group(())
    dialog = compared(window, qtbot)
    choose(dialog, f"inside {first}: one: bias on → off")
    assert dialog.left.editor.path == dialog.right.editor.path == (first,)
    assert dict(dialog.right.view.marks) == {"one": "changed"}
    dialog.left.editor.open_group(())
    assert dialog.right.editor.path == ()
    dialog.right.scene.open_group(second)
    assert dialog.left.editor.path == (second,)
    assert dict(dialog.left.view.marks) == {"one": "changed"}


def test_that_the_list_can_be_copied_as_text(changed: MainWindow, qtbot: QtBot) -> None:
    dialog = compared(changed, qtbot)
    button = dialog.findChild(QPushButton, "copyDifferences")
    assert button is not None
    QTest.mouseClick(button, LEFT)
    assert QGuiApplication.clipboard().text().splitlines()[2:] == ["− pool2 (MaxPool2d)", "+ dropout1 (Dropout)"]


def test_that_a_file_an_example_and_the_saved_file_can_be_compared_with(
    changed: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not action(changed, "actionCompareSaved").isEnabled()
    path = tmp_path / "mine.network.json"
    changed.editor.document.set_path(path)
    action(changed, "actionSave").trigger()
    dialog = compared(changed, qtbot, "actionCompareSaved")
    assert "The two networks are the same." in [label.text() for label in dialog.findChildren(QLabel)]
    dialog.reject()
    files.write(files.read(example("vowels_lstm")), tmp_path / "other.network.json")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "other.network.json"), ""))
    dialog = compared(changed, qtbot, "actionCompareFile")
    assert any("lstm" in text for text in listed(dialog))
    assert "data japanese_vowels → mnist_5k" in listed(dialog)


def test_that_a_file_that_cannot_be_read_is_told(
    window: MainWindow, answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.network.json"
    broken.write_text("{")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(broken), ""))
    action(window, "actionCompareFile").trigger()
    assert "not valid JSON" in answers.seen[0].text
    assert not window.findChildren(CompareDialog)


def test_that_a_state_of_the_history_is_compared_from_its_menu(changed: MainWindow, qtbot: QtBot) -> None:
    changed.docks["History"].show()
    changed.docks["History"].raise_()
    panel = changed.docks["History"].widget()
    assert isinstance(panel, HistoryPanel)
    panel.list.customContextMenuRequested.emit(panel.list.visualRect(panel.model.index(2)).center())
    menu = panel.findChild(QMenu)
    assert menu is not None
    menu.actions()[-1].trigger()
    menu.close()
    dialog = shown(changed, qtbot)
    assert "Rename conv1 → stem" in dialog.windowTitle()
    assert listed(dialog) == ["pool2 (MaxPool2d)", "dropout1 (Dropout)"]
