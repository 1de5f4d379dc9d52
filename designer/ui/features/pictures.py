"""Pictures: File > Export > Picture…."""

from __future__ import annotations

from dataclasses import replace

from designer.core.schema.units import QUANTITIES
from designer.ui.pictures.dialog import PictureDialog
from designer.ui.pictures.rendering import Options
from designer.ui.workbench.workbench import Workbench


class _Asking:
    """Opens the dialog with what was chosen the last time."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._options = Options(colouring="dark" if bench.scene.theme.dark else "light")

    def ask(self) -> None:
        """The dialog for what the canvas shows: the network, or the group that is open."""
        bench = self._bench
        times = None if bench.editor.path else bench.measuring.found
        known = [item for item in QUANTITIES if item != "time" or times]
        colour_by = next((item for item in known if item == bench.settings.colour_by), None)
        options = replace(self._options, times=times, colour_by=colour_by)
        dialog = PictureDialog(bench.editor.shown, bench.filing.name, bench.filing.folder, options, bench.window)
        dialog.saved.connect(bench.say)
        dialog.exec()
        self._options = dialog.options
        dialog.deleteLater()


def install(bench: Workbench) -> None:
    """Adds the action."""
    asking = _Asking(bench)
    menu = bench.menus.submenu("File/export", "&Export", "menuExport")
    menu.addSeparator()
    bench.menus.action(menu, "actionExportPicture", "P&icture…", asking.ask)
