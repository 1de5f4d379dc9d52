"""Pictures: File > Export > Picture…."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from designer.core.schema.units import QUANTITIES
from designer.ui.pictures.dialog import PictureDialog
from designer.ui.pictures.making import Options
from designer.ui.widgets.menus import make_action

if TYPE_CHECKING:
    from designer.ui.app.main_window import MainWindow


class _Asking:
    """Opens the dialog with what was chosen the last time."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._options = Options(colouring="dark" if window.scene.theme.dark else "light")

    def ask(self) -> None:
        """The dialog for what the canvas shows: the network, or the group that is open."""
        window = self._window
        times = None if window.editor.path else window.measuring.found
        known = [item for item in QUANTITIES if item != "time" or times]
        colour_by = next((item for item in known if item == window.settings.colour_by), None)
        options = replace(self._options, times=times, colour_by=colour_by)
        dialog = PictureDialog(window.editor.shown, window.filing.name, window.filing.folder, options, window)
        dialog.saved.connect(window.say)
        dialog.exec()
        self._options = dialog.options
        dialog.deleteLater()


def install(window: MainWindow) -> None:
    """Adds the action."""
    asking = _Asking(window)
    action = make_action(window, "actionExportPicture", "P&icture…")
    action.triggered.connect(lambda checked=False: asking.ask())
    menu = window.findChild(QMenu, "menuExport")
    menu.addSeparator()
    menu.addAction(action)
