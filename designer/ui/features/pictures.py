"""Pictures: File > Export > Picture…."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from designer.core.schema.units import QUANTITIES
from designer.ui.workbench.workbench import Workbench

if TYPE_CHECKING:
    from designer.ui.pictures.rendering import Options


class _Asking:
    """Opens the dialog with what was chosen the last time."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._options: Options | None = None
        self._began_dark = bench.scene.theme.dark

    def ask(self) -> None:
        """The dialog for what the canvas shows: the network, or the group that is open."""
        from designer.ui.pictures.dialog import PictureDialog  # the start does without it
        from designer.ui.pictures.rendering import Options

        bench = self._bench
        before = self._options or Options(colouring="dark" if self._began_dark else "light")
        times = None if bench.editor.path else bench.measuring.found
        known = [item for item in QUANTITIES if item != "time" or times]
        colour_by = next((item for item in known if item == bench.settings.colour_by), None)
        options = replace(before, times=times, colour_by=colour_by)
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
