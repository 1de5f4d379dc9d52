"""Undo says what it would undo, and the history goes anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from designer.ui.app.main_window import MainWindow
from designer.ui.editing import group_edits
from designer.ui.panels.history import HistoryPanel
from tests.ui.driving import LEFT, NONE, action, drag, drop_kind, edge_middle, middle, output_port

pytestmark = pytest.mark.kept_window


@pytest.fixture
def panel(window: MainWindow) -> HistoryPanel:
    """The history, in front."""
    window.docks["History"].show()
    window.docks["History"].raise_()
    found = window.docks["History"].widget()
    assert isinstance(found, HistoryPanel)
    return found


def rows(panel: HistoryPanel) -> list[str]:
    return [panel.model.index(row).data() for row in range(panel.model.rowCount())]


def spoken(panel: HistoryPanel) -> list[str]:
    role = Qt.ItemDataRole.AccessibleTextRole
    return [panel.model.index(row).data(role) for row in range(panel.model.rowCount())]


def click_row(panel: HistoryPanel, row: int) -> None:
    place = panel.list.visualRect(panel.model.index(row)).center()
    QTest.mouseClick(panel.list.viewport(), LEFT, NONE, place)


def undo_text(window: MainWindow) -> str:
    return action(window, "actionUndo").text()


def three_edits(window: MainWindow) -> None:
    window.editor.set_param("conv1", "kernel_size", 5)
    window.editor.rename("conv1", "stem")
    window.editor.remove(["pool2"])


def test_that_undo_names_what_each_gesture_has_done(window: MainWindow) -> None:
    drop_kind(window, "dropout", edge_middle(window, "pool1"))
    assert undo_text(window).endswith("Undo Insert Dropout between conv1 and pool1")
    drop_kind(window, "add", QPoint(90, 60))
    drag(window, output_port(window, "conv1"), middle(window, "add1"))
    assert undo_text(window).endswith("Undo Connect conv1 → add1")
    window.scene.select("conv2")
    action(window, "actionDelete").trigger()
    assert undo_text(window).endswith("Undo Delete conv2")
    action(window, "actionUndo").trigger()
    assert action(window, "actionRedo").text().endswith("Redo Delete conv2")
    assert action(window, "actionRedo").toolTip().startswith("Redo Delete conv2 (")


def test_that_edits_that_become_one_are_told_from_the_first_value_to_the_last(window: MainWindow) -> None:
    for channels in (3, 33, 331):
        window.editor.set_param("conv1", "out_channels", channels)
    assert window.editor.stack.count() == 1
    assert undo_text(window).endswith("conv1: out_channels 32 → 331")
    assert action(window, "actionUndo").toolTip() == "Undo conv1: out_channels 32 → 331 (Ctrl+Z)"


def test_that_a_value_that_goes_there_and_back_leaves_no_edit(window: MainWindow) -> None:
    before = window.editor.design
    window.editor.set_param("conv1", "out_channels", 3)
    window.editor.set_param("conv1", "out_channels", 32)
    assert window.editor.stack.count() == 0
    assert window.editor.design == before
    assert not window.isWindowModified()


def test_that_a_name_in_the_menu_shows_its_signs(window: MainWindow) -> None:
    window.editor.set_about("title", "Cats & dogs")
    assert "Cats && dogs" in undo_text(window)
    assert "Cats & dogs" in action(window, "actionUndo").toolTip()


def test_that_a_click_goes_to_a_state_and_enter_too(window: MainWindow, panel: HistoryPanel, qtbot: QtBot) -> None:
    states = [window.editor.design]
    for _ in (window.editor.set_param("conv1", "kernel_size", 5), window.editor.rename("conv1", "stem")):
        states.append(window.editor.design)
    window.editor.remove(["pool2"])
    assert rows(panel)[1:] == ["conv1: kernel_size 3 → 5", "Rename conv1 → stem", "Delete pool2"]
    last = window.editor.design
    click_row(panel, 0)
    assert window.editor.design == states[0]
    assert [", undone" in text for text in spoken(panel)] == [False, True, True, True]
    panel.list.setFocus()
    for _ in range(3):
        QTest.keyClick(panel.list, Qt.Key.Key_Down)
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert window.editor.design == last
    assert window.editor.state_at(1).network.nodes["conv1"].block.value_of("kernel_size") == (5, 5)


def test_that_the_view_menu_brings_a_panel_to_the_front_before_it_closes_it(window: MainWindow) -> None:
    shown = action(window, "actionShowHistory")
    dock = window.docks["History"]
    assert shown.isChecked()
    assert dock.visibleRegion().isEmpty()
    shown.trigger()
    assert shown.isChecked()
    assert not dock.visibleRegion().isEmpty()
    shown.trigger()
    assert not shown.isChecked()
    assert dock.isHidden()
    shown.trigger()
    QApplication.processEvents()
    assert not dock.visibleRegion().isEmpty()


def test_that_a_way_over_many_edits_is_shown_once(window: MainWindow, panel: HistoryPanel) -> None:
    three_edits(window)
    shown: list[object] = []
    window.editor.changed.connect(lambda change: shown.append(change.after))
    click_row(panel, 0)
    assert shown == [window.editor.design]
    assert set(window.scene.cards) == set(window.editor.design.network.nodes)


def test_that_the_saved_state_is_marked_and_a_new_file_forgets_the_history(
    window: MainWindow, panel: HistoryPanel, tmp_path: Path
) -> None:
    hint = panel.findChild(QLabel)
    assert hint is not None
    assert hint.isVisible()
    three_edits(window)
    window.editor.document.set_path(tmp_path / "mine.network.json")
    action(window, "actionSave").trigger()
    assert spoken(panel)[-1] == "Delete pool2, now, saved"
    assert not hint.isVisible()
    window.editor.remove(["conv3"])
    assert [", saved" in text for text in spoken(panel)] == [False, False, False, True, False]
    window.editor.stack.setClean()
    action(window, "actionNew").trigger()
    assert rows(panel) == ["untitled at the start"]


def test_that_a_long_name_is_cut_in_the_menu_and_whole_in_the_history(window: MainWindow, panel: HistoryPanel) -> None:
    window.editor.rename("conv1", "a" * 64)
    window.docks["History"].raise_()
    window.editor.rename("pool1", "b" * 64)
    window.docks["History"].raise_()
    window.editor.append("dropout", "a" * 64)
    window.docks["History"].raise_()
    assert len(undo_text(window)) < 100
    assert rows(panel)[-1] == f"Insert Dropout between {'a' * 64} and {'b' * 64}"


def test_that_edits_inside_a_group_say_which_one(window: MainWindow) -> None:
    group_edits.group(window.editor, ["conv1", "pool1"])
    assert undo_text(window).endswith("Undo Group conv1, pool1")
    window.scene.open_group("group1")
    window.editor.set_param("conv1", "out_channels", 8)
    assert undo_text(window).endswith("Undo Group › conv1: out_channels 32 → 8")
    window.editor.duplicate(["conv1"])
    assert undo_text(window).endswith("Undo Group › Duplicate conv1")
