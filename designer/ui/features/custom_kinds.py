"""Kinds from Python files that a person trusts: loaded at the start, and the dialog that says which files these are."""

from __future__ import annotations

from PySide6.QtCore import Qt

from designer.core.storage import plugins
from designer.core.storage.trust import TrustError
from designer.ui.panels.inspector import InspectorPanel
from designer.ui.panels.palette import PalettePanel
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the action, which opens the dialog."""
    bench.menus.action("File/custom", "actionCustomBlocks", "Custom &Blocks…", lambda: _show(bench))
    bench.panels.of(InspectorPanel).custom_wanted.connect(lambda: _show(bench))


def load(bench: Workbench) -> None:
    """At the start: the trusted files; where one cannot be used, the status bar says so."""
    try:
        wrong = [file.message for file in plugins.load() if file.message]
    except TrustError as error:
        wrong = [str(error)]
    _renew(bench)
    if wrong:
        bench.say(f"{wrong[0]} (File > Custom Blocks…)", 0)


def _show(bench: Workbench) -> None:
    from designer.ui.files.custom_blocks import CustomBlocks  # the start does without it

    dialog = CustomBlocks(bench.window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.changed.connect(lambda: _renew(bench))
    _renew(bench)  # the list may have changed elsewhere
    dialog.open()


def _renew(bench: Workbench) -> None:
    """The palette and the design follow what has come or gone."""
    bench.panels.of(PalettePanel).follow()
    bench.editor.renew_kinds()
