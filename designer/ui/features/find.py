"""Finding blocks, and looking at what is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QBoxLayout

from designer.ui.search.find_bar import FindBar

if TYPE_CHECKING:
    from designer.ui.app.main_window import MainWindow


def install(window: MainWindow) -> None:
    """Adds the bar over the canvas and its actions."""
    bar, add = FindBar(window), window.menus.action
    column = window.centralWidget().layout()
    assert isinstance(column, QBoxLayout)
    column.insertWidget(column.indexOf(window.view), bar)
    add("Edit/find", "actionFind", "&Find…", bar.open, "Ctrl+F")
    add("Edit/find", "actionFindNext", "Find &Next", lambda: bar.go(1), "F3")
    add("Edit/find", "actionFindPrevious", "Find Pre&vious", lambda: bar.go(-1), "Shift+F3")
    add(
        "View/zoom",
        "actionZoomSelection",
        "Zoom to &Selection",
        lambda: window.view.fit_to(window.scene.selected_rect()),
        "Ctrl+2",
        lambda: bool(window.scene.selected_blocks()),
    )
