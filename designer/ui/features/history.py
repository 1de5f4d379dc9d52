"""The history: undo and redo, and its panel."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from shiboken6 import isValid

from designer.ui.panels.history import HistoryPanel
from designer.ui.widgets.menus import tell_shortcut
from designer.ui.workbench.panels import Area
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the panel, behind the curves, and the actions, which are the history's own."""
    stack, standard = bench.editor.stack, QKeySequence.StandardKey
    undo, redo = stack.createUndoAction(bench.window, "&Undo"), stack.createRedoAction(bench.window, "&Redo")
    undo.setShortcut(QKeySequence(standard.Undo))
    redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
    for action, name in ((undo, "Undo"), (redo, "Redo")):
        action.setObjectName(f"action{name}")
        bench.menus.add("Edit/history", action)
        bench.tool_bar.add("history", action, name.lower())
        action.changed.connect(lambda told=action: _tell(told))
        _tell(action)
    panel = HistoryPanel(bench.editor, bench.theme, lambda: bench.filing.name)
    # Not beside the inspector, which comes up with a selection.
    dock = bench.panels.add("History", "History", panel, Area.BottomDockWidgetArea, behind="Code")
    bench.panels["Curves"].raise_()
    dock.visibilityChanged.connect(panel.set_seen)


def _tell(action: QAction) -> None:
    """Qt changes the words once more when the history ends with the window."""
    if isValid(action):
        tell_shortcut(action)
