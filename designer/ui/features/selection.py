"""What is selected: all of it, its copy beside it, and its end."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from designer.ui.canvas.scene.selection_edits import delete_selected, duplicate_selected
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the actions."""
    scene, add, standard = bench.scene, bench.menus.action, QKeySequence.StandardKey

    add("Edit/selection", "actionSelectAll", "Select &All", lambda: scene.select_only(scene.cards), standard.SelectAll)
    add(
        "Edit/clipboard",
        "actionDuplicate",
        "D&uplicate",
        partial(duplicate_selected, scene),
        "Ctrl+D",
        lambda: bool(scene.selected_blocks() or scene.notes.selected()),
    )
    delete = add(
        "Edit/clipboard",
        "actionDelete",
        "&Delete",
        partial(delete_selected, scene),
        standard.Delete,
        lambda: bool(scene.selectedItems()),
    )
    bench.tool_bar.add("history", delete, "delete")
    backspace = QShortcut(QKeySequence(Qt.Key.Key_Backspace), bench.view)
    backspace.setContext(Qt.ShortcutContext.WidgetShortcut)
    backspace.activated.connect(partial(delete_selected, scene))
