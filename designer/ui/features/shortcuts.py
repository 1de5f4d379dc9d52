"""The dialog of all shortcuts."""

from __future__ import annotations

from PySide6.QtCore import Qt

from designer.ui.prefs.shortcuts import Shortcuts
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the action, and gives all actions the keys that the person has chosen."""

    def show() -> None:
        from designer.ui.prefs.shortcuts_dialog import ShortcutsDialog  # the start does without it

        dialog = ShortcutsDialog(keys, bench.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    bench.menus.action("Help/commands", "actionShortcuts", "&Keyboard Shortcuts…", show)
    keys = Shortcuts(bench.menus, bench.settings)
