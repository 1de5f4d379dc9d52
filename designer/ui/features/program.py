"""The program itself: its end, and what it is."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox

from designer import __version__
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the actions."""
    bench.menus.action("File/quit", "actionQuit", "&Quit", bench.window.close, "Ctrl+Q")
    bench.menus.action("Help/about", "actionAbout", "&About Network Designer", lambda: _tell(bench))


def _tell(bench: Workbench) -> None:
    QMessageBox.about(
        bench.window,
        "About Network Designer",
        f"<b>Network Designer {__version__}</b><br>Design neural networks by pointing and clicking, "
        "train them, and look inside while they learn.",
    )
