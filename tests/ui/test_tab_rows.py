"""Rows of tabs: one for each group of panels that lie behind one another, below them, and none anywhere else."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QDockWidget, QTabBar
from pytestqt.qtbot import QtBot

from designer.ui.app.main_window import MainWindow
from tests.ui.conftest import Opening
from tests.ui.driving import action

DIRECT = Qt.FindChildOption.FindDirectChildrenOnly


def rows(window: MainWindow) -> list[list[str]]:
    """The names in each row that is shown."""
    shown = [row for row in window.findChildren(QTabBar, options=DIRECT) if row.isVisible()]
    return sorted([row.tabText(place) for place in range(row.count())] for row in shown)


def groups(window: MainWindow) -> list[list[str]]:
    """The names of the panels that lie behind one another."""
    found = set()
    for dock in window.docks.values():
        others = [other for other in window.tabifiedDockWidgets(dock) if not other.isHidden()]
        if others and not dock.isHidden():
            found.add(frozenset(other.windowTitle() for other in (dock, *others)))
    return sorted(sorted(names) for names in found)


def nothing_is_covered(window: MainWindow) -> bool:
    """Whether no row lies over the canvas or a panel."""
    parts: list[QRect] = [window.centralWidget().geometry()]
    parts += [
        dock.geometry()
        for dock in window.findChildren(QDockWidget, options=DIRECT)
        if not dock.visibleRegion().isEmpty()
    ]
    shown = [row.geometry() for row in window.findChildren(QTabBar, options=DIRECT) if row.isVisible()]
    return not any(row.intersects(part) for row in shown for part in parts)


def each_group_has_its_row(window: MainWindow) -> bool:
    return [sorted(names) for names in rows(window)] == groups(window) and nothing_is_covered(window)


def test_that_each_group_of_panels_has_one_row_of_tabs_and_none_is_left_over_others(
    window: MainWindow, opening: Opening, qtbot: QtBot
) -> None:
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: len(rows(window)) == 3 and each_group_has_its_row(window))
    window.docks["Sample"].close()
    qtbot.waitUntil(lambda: each_group_has_its_row(window))
    action(window, "actionResetLayout").trigger()
    qtbot.waitUntil(lambda: len(rows(window)) == 3 and each_group_has_its_row(window))
    window.resize(1000, 700)
    qtbot.waitUntil(lambda: len(rows(window)) == 2 and each_group_has_its_row(window))
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: len(rows(window)) == 3 and each_group_has_its_row(window))
    window.close()
    again = opening()
    again.resize(1440, 900)
    qtbot.waitUntil(lambda: len(rows(again)) == 3 and each_group_has_its_row(again))
