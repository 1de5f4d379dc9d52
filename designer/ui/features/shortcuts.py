"""The dialog of all shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from designer.ui.prefs.shortcuts_dialog import ShortcutsDialog

if TYPE_CHECKING:
    from designer.ui.app.main_window import MainWindow


def install(window: MainWindow) -> None:
    """Adds the action."""

    def show() -> None:
        dialog = ShortcutsDialog(window.shortcuts, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    window.menus.action("Help/commands", "actionShortcuts", "&Keyboard Shortcuts…", show)
