"""History: what undo and redo would do is told, and a panel lists every edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from shiboken6 import isValid

from designer.ui.panels.history import HistoryPanel
from designer.ui.widgets.menus import tell_shortcut

if TYPE_CHECKING:
    from designer.ui.app.main_window import MainWindow


def install(window: MainWindow) -> None:
    """Adds the panel, behind the curves, and names undo and redo in the tool bar's tips."""
    for action in (window.actions_.undo, window.actions_.redo):
        action.changed.connect(lambda told=action: _tell(told))
        _tell(action)
    panel = HistoryPanel(window.editor, window.theme, lambda: window.filing.name)
    dock = window.add_dock("History", "History", panel, Qt.DockWidgetArea.BottomDockWidgetArea)
    window.tabifyDockWidget(window.docks["Code"], dock)  # not beside the inspector, which comes up with a selection
    window.docks["Curves"].raise_()
    dock.visibilityChanged.connect(panel.set_seen)


def _tell(action: QAction) -> None:
    """Qt changes the words once more when the history ends with the window."""
    if isValid(action):
        tell_shortcut(action)
