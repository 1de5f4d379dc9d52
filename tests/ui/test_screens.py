"""The window on small screens: nothing lies outside them, and panels that have no room beside others are tabs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QApplication, QDialog, QDockWidget, QMenu, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from designer.core.analysis.costs import Costs
from designer.ui.app.application import open_window
from designer.ui.app.main_window import MainWindow
from designer.ui.comparison.dialog import CompareDialog
from designer.ui.panels.budget_dialog import BudgetDialog
from designer.ui.prefs.window_place import fitted_to_screen
from designer.ui.style.theme import Theme
from designer.ui.widgets.tab_overflow import TabOverflow, tabs_with_room
from tests.ui.conftest import Opening
from tests.ui.driving import Answers, action

SMALL, MIDDLE, LARGE = QRect(0, 0, 720, 450), QRect(0, 0, 1024, 768), QRect(0, 0, 1920, 1080)
"""A screen of 1440×900 at scale 2, and two others."""
BELOW = (
    "Curves",
    "Runs",
    "Code",
    "Sample",
    "FeatureMaps",
    "HiddenStates",
    "Values",
    "Confusion",
    "History",
    "Problems",
    "Analyzer",
)


def screen_of(monkeypatch: pytest.MonkeyPatch, available: QRect) -> None:
    monkeypatch.setattr(QScreen, "availableGeometry", lambda screen: QRect(available))


def first_window(theme: Theme, qtbot: QtBot) -> MainWindow:
    """A window as the program opens it, at the size that it takes itself."""
    window = open_window(theme)
    qtbot.addWidget(window, before_close_func=lambda made: made.editor.stack.setClean())
    window.show()
    qtbot.waitExposed(window)
    return window


def resized(window: MainWindow, qtbot: QtBot, width: int, height: int, room: str) -> None:
    window.resize(width, height)
    qtbot.waitUntil(lambda: window.arrangement.room == room)
    qtbot.wait(20)


def shown_docks(window: MainWindow) -> list[QDockWidget]:
    return [
        dock
        for dock in window.docks.values()
        if not dock.isHidden() and not dock.isFloating() and not dock.visibleRegion().isEmpty()
    ]


def overlaps(window: MainWindow) -> list[str]:
    docks = shown_docks(window)
    parts = [(dock.windowTitle(), dock.geometry()) for dock in docks]
    parts.append(("canvas", window.centralWidget().geometry()))
    return [
        f"{name} over {other}"
        for place, (name, box) in enumerate(parts)
        for other, other_box in parts[:place]
        if box.intersects(other_box)
    ]


def cut(window: QWidget, parts: list[QWidget]) -> list[str]:
    inside = window.rect()
    return [
        part.objectName()
        for part in parts
        if part.isVisible() and not inside.contains(QRect(part.mapTo(window, QPoint(0, 0)), part.size()))
    ]


@pytest.mark.parametrize(("available", "room"), [(SMALL, "small"), (MIDDLE, "narrow"), (LARGE, "wide")])
def test_that_the_first_window_fits_the_screen_and_nothing_in_it_overlaps(
    theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, available: QRect, room: str
) -> None:
    screen_of(monkeypatch, available)
    window = first_window(theme, qtbot)
    qtbot.waitUntil(lambda: available.contains(window.frameGeometry()))
    assert window.arrangement.room == room
    assert overlaps(window) == []
    assert cut(window, [*shown_docks(window), window.centralWidget(), window.statusBar()]) == []
    least = window.minimumSize()
    assert least.width() <= min(900, available.width())
    assert least.height() <= min(600, available.height())
    assert window.view.viewport().height() >= 80


def test_that_below_1200_pixels_the_panels_below_are_tabs_of_one_dock_and_come_apart_above(
    opening: Opening, qtbot: QtBot
) -> None:
    window = opening()
    qtbot.wait(100)
    apart = {name: window.docks[name].geometry() for name in ("Curves", "Sample", "FeatureMaps")}
    resized(window, qtbot, 1000, 800, "narrow")
    first, *others = (window.docks[name] for name in BELOW)
    assert set(window.tabifiedDockWidgets(first)) == set(others)
    assert overlaps(window) == []
    resized(window, qtbot, 900, 600, "small")
    assert window.docks["Training"] in window.tabifiedDockWidgets(window.docks["Inspector"])
    assert overlaps(window) == []
    resized(window, qtbot, 1440, 900, "wide")
    for name, before in apart.items():
        assert (window.docks[name].geometry().center() - before.center()).manhattanLength() <= 4, name
    assert overlaps(window) == []


def test_that_a_person_s_own_arrangement_is_there_again_and_what_is_closed_stays_closed(
    opening: Opening, qtbot: QtBot
) -> None:
    window = opening()
    window.tabifyDockWidget(window.docks["Inspector"], window.docks["Sample"])
    qtbot.wait(100)
    resized(window, qtbot, 1000, 800, "narrow")
    inspector = window.docks["Inspector"]
    assert window.docks["Sample"] in window.tabifiedDockWidgets(inspector)  # it is not below
    window.docks["History"].close()
    window.docks["Analyzer"].hide()
    resized(window, qtbot, 1440, 900, "wide")
    assert window.docks["Sample"] in window.tabifiedDockWidgets(inspector)
    assert window.docks["Analyzer"].isHidden()
    window.close()
    again = opening()
    assert again.docks["Sample"] in again.tabifiedDockWidgets(again.docks["Inspector"])
    assert again.docks["Analyzer"].isHidden()


def test_that_reset_layout_gives_the_first_arrangement_of_the_size_that_the_window_has(
    opening: Opening, qtbot: QtBot
) -> None:
    window = opening()
    window.docks["Sample"].hide()
    resized(window, qtbot, 1000, 800, "narrow")
    action(window, "actionResetLayout").trigger()
    qtbot.wait(20)
    assert not window.docks["Sample"].isHidden()
    assert window.docks["Sample"] in window.tabifiedDockWidgets(window.docks["Curves"])
    assert overlaps(window) == []


def test_that_a_window_of_a_screen_that_is_gone_comes_back_onto_the_one_that_is_there(
    theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen_of(monkeypatch, QRect(0, 0, 5000, 3000))
    window = first_window(theme, qtbot)
    window.setGeometry(3000, 1800, 1800, 1100)
    qtbot.wait(20)
    window.close()
    screen_of(monkeypatch, MIDDLE)
    again = first_window(theme, qtbot)
    qtbot.waitUntil(lambda: MIDDLE.contains(again.frameGeometry()))


@pytest.mark.parametrize(
    ("wanted", "right"),
    [
        (QRect(100, 100, 400, 300), QRect(100, 100, 400, 300)),
        (QRect(-500, -500, 400, 300), QRect(0, 24, 400, 300)),
        (QRect(5000, 5000, 400, 300), QRect(624, 468, 400, 300)),
        (QRect(100, 100, 4000, 3000), QRect(0, 24, 1024, 744)),
    ],
)
def test_that_what_lies_beyond_the_screen_comes_back_no_further_than_it_must(wanted: QRect, right: QRect) -> None:
    assert fitted_to_screen(wanted, MIDDLE, QMargins(0, 24, 0, 0)) == right


def tab_bars(window: MainWindow) -> list[QTabBar]:
    return [bar for bar in window.findChildren(QTabBar) if bar.isVisible() and bar.parent() is window]


def test_that_no_name_of_a_panel_is_cut_in_its_tab_and_none_scrolled_away(opening: Opening, qtbot: QtBot) -> None:
    window = opening()
    resized(window, qtbot, 900, 600, "small")
    bars = tab_bars(window)
    assert bars
    for bar in bars:
        room, seen = bar.rect(), [place for place in range(bar.count()) if bar.isTabVisible(place)]
        for place in seen:
            rect = bar.tabRect(place)
            assert rect.width() > bar.fontMetrics().horizontalAdvance(bar.tabText(place)), bar.tabText(place)
            assert room.contains(rect)
        more = TabOverflow.of(bar).button
        assert more.isVisible() is (len(seen) < bar.count())
        if more.isVisible():
            assert room.contains(more.geometry())
            assert bar.tabRect(seen[-1]).right() <= more.x() + 1
            assert more.text() == f"{bar.count() - len(seen)} more ▾"


def test_that_each_panel_without_a_tab_is_in_the_list_at_the_end_of_the_bar(opening: Opening, qtbot: QtBot) -> None:
    window = opening()
    resized(window, qtbot, 900, 600, "small")
    bar = next(bar for bar in tab_bars(window) if "Curves" in map(bar.tabText, range(bar.count())))
    more = TabOverflow.of(bar).button
    for name in ("Analyzer", "Confusion"):
        hidden = [bar.tabText(place) for place in range(bar.count()) if not bar.isTabVisible(place)]
        assert name in hidden
        assert more.toolTip() == ", ".join(hidden)
        qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        actions = {action.text(): action for action in menu.actions()}
        assert list(actions) == hidden
        actions[name].trigger()
        menu.close()
        qtbot.waitUntil(lambda name=name: not window.docks[name].widget().visibleRegion().isEmpty())
        assert bar.tabText(bar.currentIndex()) == name
        assert bar.rect().contains(bar.tabRect(bar.currentIndex()))
    resized(window, qtbot, 1440, 900, "wide")
    qtbot.waitUntil(lambda: not any(TabOverflow.of(bar).button.isVisible() for bar in tab_bars(window)))
    assert all(bar.isTabVisible(place) for bar in tab_bars(window) for place in range(bar.count()))


@pytest.mark.parametrize(
    ("current", "room", "shown"),
    [
        (0, 400, [0, 1, 2, 3]),
        (0, 399, [0, 1, 2]),
        (3, 399, [0, 1, 3]),
        (3, 180, [3]),
        (1, 10, [1]),
        (-1, 399, [0, 1, 2]),
    ],
)
def test_that_the_first_tabs_are_shown_and_the_current_one(current: int, room: int, shown: list[int]) -> None:
    assert tabs_with_room([100] * 4, current, room, 50) == shown


DIALOGS = ("actionGallery", "actionCustomBlocks", "actionShortcuts", "actionExportPicture", "actionAbout")


def test_that_a_dialog_that_nobody_has_placed_comes_to_the_middle_of_its_window(window: MainWindow) -> None:
    dialog = QDialog(window)
    dialog.resize(300, 200)
    dialog.setAttribute(Qt.WidgetAttribute.WA_Moved)  # Qt places none itself, as on X11
    dialog.show()
    apart = dialog.geometry().center() - window.geometry().center()
    assert apart.manhattanLength() <= 2
    dialog.close()
    dialog.deleteLater()


@pytest.mark.parametrize("name", DIALOGS)
def test_that_every_dialog_fits_a_small_screen(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, answers: Answers, name: str
) -> None:
    screen_of(monkeypatch, SMALL)
    answers.stop()
    sizes: list[tuple[QRect, QSize]] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget() or next(
            (item for item in window.findChildren(QDialog) if item.isVisible()), None
        )
        if dialog is not None:
            sizes.append((dialog.frameGeometry(), dialog.minimumSizeHint()))
            dialog.close()

    timer = QTimer(interval=50, timeout=look)
    timer.start()
    action(window, name).trigger()
    qtbot.waitUntil(lambda: bool(sizes))
    timer.stop()
    frame, least = sizes[0]
    assert SMALL.contains(frame)
    assert least.width() <= SMALL.width()
    assert least.height() <= SMALL.height()


@pytest.mark.parametrize("percent", [100, 150])
def test_that_budgets_and_a_comparison_fit_a_small_screen_too(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, percent: int
) -> None:
    screen_of(monkeypatch, SMALL)
    design, theme = window.editor.design, window.theme
    theme.set_text_size(percent)
    try:
        for dialog in (
            BudgetDialog(window.settings.budgets, Costs(), window),
            CompareDialog((design, "before"), (design, "after"), theme, window),
        ):
            dialog.show()
            qtbot.waitUntil(lambda shown=dialog: SMALL.contains(shown.frameGeometry()))
            least = dialog.minimumSizeHint()
            assert least.width() <= SMALL.width()
            assert least.height() <= SMALL.height()
            dialog.close()
    finally:
        theme.set_text_size(100)
