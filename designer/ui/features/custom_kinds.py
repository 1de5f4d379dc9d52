"""Kinds from Python files that a person trusts: loaded at the start, and the dialog that says which files these are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from designer.core.storage import plugins
from designer.core.storage.trust import TrustError
from designer.ui.files.custom_blocks import CustomBlocks

if TYPE_CHECKING:
    from designer.ui.app.main_window import MainWindow


def install(window: MainWindow) -> None:
    """Gives the action its dialog."""
    window.actions_.custom_blocks.triggered.connect(lambda checked=False: _show(window))
    window.inspector.custom_wanted.connect(lambda: _show(window))


def load(window: MainWindow) -> None:
    """At the start: the trusted files; where one cannot be used, the status bar says so."""
    try:
        wrong = [file.message for file in plugins.load() if file.message]
    except TrustError as error:
        wrong = [str(error)]
    _renew(window)
    if wrong:
        window.statusBar().showMessage(f"{wrong[0]} (File > Custom Blocks…)")


def _show(window: MainWindow) -> None:
    dialog = CustomBlocks(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.changed.connect(lambda: _renew(window))
    _renew(window)  # the list may have changed elsewhere
    dialog.open()


def _renew(window: MainWindow) -> None:
    """The palette and the design follow what has come or gone."""
    window.palette_panel.follow()
    window.editor.renew_kinds()
