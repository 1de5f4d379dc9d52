from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QTreeView
from pytestqt.qtbot import QtBot

from designer.core.storage.resources import example
from designer.engine.protocol.events import Measured
from designer.ui.app.main_window import MainWindow
from designer.ui.panels.analyzer import AnalyzerPanel
from designer.ui.panels.analyzer_model import TITLES, Roles
from designer.ui.panels.budget_dialog import BudgetDialog
from tests.ui.conftest import Opening
from tests.ui.driving import CTRL, LEFT, NONE, SHIFT, action, click, looking, middle

Show = Callable[[MainWindow], AnalyzerPanel]


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Brings the analyzer to the front, as a click on its tab does."""

    def bring(window: MainWindow) -> AnalyzerPanel:
        dock = window.docks["Analyzer"]
        dock.raise_()
        panel = dock.widget()
        assert isinstance(panel, AnalyzerPanel)
        qtbot.waitUntil(lambda: panel.model.rowCount() == len(window.editor.design.network.nodes))
        return panel

    return bring


@pytest.fixture
def inception(opening: Opening) -> MainWindow:
    return opening(example("digits_inception"))


def cells(panel: AnalyzerPanel, column: str, parent: QModelIndex | None = None) -> list[str]:
    """A column from top to bottom."""
    parent = parent or QModelIndex()
    place = TITLES.index(column)
    return [panel.model.index(row, place, parent).data() for row in range(panel.model.rowCount(parent))]


def totals(panel: AnalyzerPanel) -> list[str]:
    return [panel.totals_model.index(0, column).data() for column in range(len(TITLES))]


def spot(view: QTreeView, index: QModelIndex) -> QRect:
    view.scrollTo(index)
    return view.visualRect(index)


def click_row(panel: AnalyzerPanel, *path: str, keys: Qt.KeyboardModifier = NONE) -> None:
    place = spot(panel.table, panel.model.index_of(path)).center()
    QTest.mouseClick(panel.table.viewport(), LEFT, keys, place)


def click_title(panel: AnalyzerPanel, title: str) -> None:
    header = panel.table.header()
    place = header.sectionViewportPosition(TITLES.index(title)) + 20
    QTest.mouseClick(header.viewport(), LEFT, NONE, header.rect().topLeft() + QRect(place, 8, 0, 0).topLeft())


def button(panel: AnalyzerPanel, name: str) -> QPushButton:
    return panel.findChild(QPushButton, name)


def test_that_the_table_shows_what_each_block_costs_and_the_whole(window: MainWindow, show: Show) -> None:
    panel = show(window)
    assert cells(panel, "Block")[:3] == ["input", "conv1", "pool1"]
    assert cells(panel, "Output")[1] == "32×26×26"
    assert cells(panel, "Parameters")[:4] == ["–", "320", "–", "18.5 k"]
    assert cells(panel, "Memory")[1] == "2.6 MiB"
    assert totals(panel) == ["Total", "", "93.3 k", "2.8 M", "6.4 MiB", "–"]
    assert panel.summary.text() == "Batch of 32: training takes 14.2 MiB"


def test_that_the_table_follows_edits_undo_and_the_batch_size(window: MainWindow, show: Show, qtbot: QtBot) -> None:
    panel = show(window)
    window.editor.set_param("conv1", "out_channels", 8)
    qtbot.waitUntil(lambda: cells(panel, "Parameters")[1] == "80")
    window.editor.append("dropout", "conv1")
    qtbot.waitUntil(lambda: cells(panel, "Block")[2] == "dropout1")
    window.editor.set_training("batch_size", 64)
    qtbot.waitUntil(lambda: "Batch of 64" in panel.summary.text())
    while window.editor.stack.canUndo():
        action(window, "actionUndo").trigger()
    qtbot.waitUntil(lambda: cells(panel, "Parameters")[1] == "320")
    assert "dropout1" not in cells(panel, "Block")
    assert panel.summary.text() == "Batch of 32: training takes 14.2 MiB"


def test_that_nothing_is_computed_while_the_table_is_behind_another_panel(
    window: MainWindow, show: Show, qtbot: QtBot
) -> None:
    panel = show(window)
    window.docks["FeatureMaps"].raise_()
    qtbot.waitUntil(panel.visibleRegion().isEmpty)
    window.editor.set_param("conv1", "out_channels", 8)
    qtbot.wait(150)
    assert cells(panel, "Parameters")[1] == "320"
    window.docks["Analyzer"].raise_()
    qtbot.waitUntil(lambda: cells(panel, "Parameters")[1] == "80")


def test_that_in_a_narrow_panel_the_summary_still_is_one_line(window: MainWindow, show: Show, qtbot: QtBot) -> None:
    panel = show(window)
    window.resize(1100, 700)
    line = panel.summary.fontMetrics().lineSpacing()
    qtbot.waitUntil(lambda: panel.width() < 400 and panel.summary.height() < 2 * line)
    assert panel.summary.width() > panel.summary.fontMetrics().horizontalAdvance(panel.summary.text())


def test_that_a_click_on_a_title_sorts_and_the_third_one_brings_the_order_back(
    window: MainWindow, show: Show, qtbot: QtBot
) -> None:
    panel = show(window)
    network_order = cells(panel, "Block")
    click_title(panel, "Multiply-adds")
    click_title(panel, "Multiply-adds")
    assert cells(panel, "Block")[:2] == ["conv2", "conv3"]
    window.editor.set_param("conv1", "out_channels", 512)
    qtbot.waitUntil(lambda: cells(panel, "Block")[:2] == ["conv2", "conv1"])
    click_title(panel, "Multiply-adds")
    assert cells(panel, "Block") == network_order


def test_that_a_click_on_a_row_selects_the_block_and_the_other_way_round(
    window: MainWindow, show: Show, qtbot: QtBot
) -> None:
    panel = show(window)
    with qtbot.waitSignal(looking(window).suits, timeout=60_000):  # what looks inside must not come to the front
        click_row(panel, "conv3")
        assert window.scene.selected_blocks() == ["conv3"]
    assert not panel.visibleRegion().isEmpty()
    click(window, middle(window, "pool1"))
    assert [index.data() for index in panel.table.selectionModel().selectedRows()] == ["pool1"]
    click(window, middle(window, "conv2"), SHIFT)
    chosen = {index.data() for index in panel.table.selectionModel().selectedRows()}
    assert chosen == set(window.scene.selected_blocks())


def test_that_a_row_inside_a_group_opens_it_and_shows_its_block(
    inception: MainWindow, show: Show, qtbot: QtBot
) -> None:
    panel = show(inception)
    group = panel.model.index_of(("inception1",))
    panel.table.expand(group)
    inner = cells(panel, "Block", group)
    assert inner[:3] == ["input", "one", "three_reduce"]
    click_row(panel, "inception1", "three")
    assert inception.editor.path == ("inception1",)
    assert inception.scene.current == "three"
    inception.editor.set_param("three", "out_channels", 8)
    qtbot.waitUntil(lambda: cells(panel, "Output", panel.model.index_of(("inception1",)))[3] == "8×14×14")
    assert panel.table.isExpanded(panel.model.index_of(("inception1",)))


def test_that_the_table_is_copied_as_lines_with_tabs(window: MainWindow, show: Show) -> None:
    panel = show(window)
    button(panel, "copyAnalysis").click()
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0][:5] == ["block", "kind", "output", "parameters", "multiply_adds"]
    assert lines[2][:6] == ["conv1", "conv2d", "32×26×26", "320", "194688", str(32 * 32 * 26 * 26 * 4)]
    assert lines[-1][0] == "total"
    assert lines[-1][3] == "93322"
    click_row(panel, "pool1")
    click_row(panel, "conv2", keys=CTRL)
    QTest.keyClick(panel.table, Qt.Key.Key_C, CTRL)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in copied] == ["block", "pool1", "conv2", "total"]


def test_that_measuring_fills_a_column_and_an_edit_makes_it_stale(window: MainWindow, show: Show, qtbot: QtBot) -> None:
    panel = show(window)
    with qtbot.waitSignal(window.bridge.measured, timeout=60_000):
        action(window, "actionMeasure").trigger()
        assert not action(window, "actionMeasure").isEnabled()
        assert button(panel, "measureButton").text() == "Stop"
    qtbot.waitUntil(lambda: cells(panel, "Time")[1] != "–")
    assert totals(panel)[-1] != "–"
    cell = panel.model.index(1, TITLES.index("Time"))
    assert "Forward" in cell.data(Qt.ItemDataRole.ToolTipRole)
    assert not cell.data(Roles.STALE)
    window.editor.set_param("conv1", "out_channels", 8)
    qtbot.waitUntil(lambda: "from before the last edits" in panel.summary.text())
    assert cell.data(Roles.STALE)
    action(window, "actionUndo").trigger()
    qtbot.waitUntil(lambda: not cell.data(Roles.STALE))
    window.editor.set_training("batch_size", 7)
    qtbot.waitUntil(lambda: bool(cell.data(Roles.STALE)))


def test_that_times_that_come_after_another_file_was_opened_are_not_taken_for_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    action(window, "actionMeasure").trigger()
    window.action("actionNew").trigger()
    late = Measured("cpu", 32, 9, {"conv1": 1.0}, {"conv1": 1.0})
    window.bridge.measured.emit(late)
    assert not window.bench.measuring.busy
    assert window.bench.measuring.found is None


def test_that_measuring_a_network_with_a_problem_says_why_it_cannot(
    window: MainWindow, show: Show, qtbot: QtBot
) -> None:
    panel = show(window)
    window.editor.remove(["flatten"])
    assert not action(window, "actionMeasure").isEnabled()
    with qtbot.waitSignal(window.bridge.measure_failed, timeout=60_000):
        button(panel, "measureButton").click()
    qtbot.waitUntil(lambda: "dense1" in panel.summary.text())
    assert panel.summary.property("role") == "error"


def test_that_blocks_over_budget_are_marked_and_the_budget_is_remembered(
    window: MainWindow, show: Show, qtbot: QtBot, opening: Opening
) -> None:
    panel = show(window)
    button(panel, "budgetsButton").click()
    dialog = panel.findChild(BudgetDialog)
    field = dialog.findChild(QLineEdit, "block_parameters")
    QTest.keyClicks(field, "20 apples")
    ok = dialog.findChildren(QPushButton)
    accept = next(item for item in ok if "OK" in item.text().replace("&", ""))
    assert not accept.isEnabled()
    field.clear()
    QTest.keyClicks(field, "20 k")
    QTest.keyClicks(dialog.findChild(QLineEdit, "whole_memory"), "1 MiB")
    QTest.mouseClick(accept, LEFT)
    over = TITLES.index("Parameters")
    assert [panel.model.index(row, over).data(Roles.OVER) for row in (1, 3, 5)] == [False, False, True]
    assert panel.totals_model.index(0, TITLES.index("Memory")).data(Roles.OVER)
    assert panel.summary.text().startswith("Over budget: 2 blocks and the whole")
    other = show(opening())
    qtbot.waitUntil(lambda: other.summary.text().startswith("Over budget: 2 blocks"))


def test_that_an_empty_network_says_what_the_table_will_show(empty_window: MainWindow, qtbot: QtBot) -> None:
    empty_window.docks["Analyzer"].raise_()
    panel = empty_window.docks["Analyzer"].widget()
    assert isinstance(panel, AnalyzerPanel)
    qtbot.waitUntil(panel._empty.isVisible)
    assert not panel.table.isVisible()
    empty_window.editor.append("input", None)
    qtbot.waitUntil(panel.table.isVisible)


def test_that_a_large_change_sets_the_table_anew(window: MainWindow, show: Show, qtbot: QtBot, tmp_path: Path) -> None:
    panel = show(window)
    for _ in range(4):
        window.scene.select_only(window.scene.cards)
        action(window, "actionDuplicate").trigger()
    count = len(window.editor.design.network.nodes)
    assert count > 100
    qtbot.waitUntil(lambda: panel.model.rowCount() == count)
    assert cells(panel, "Block") == list(window.editor.design.network.nodes)
