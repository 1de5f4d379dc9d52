"""Rename: another name for the selected block, written on its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.ui.canvas.overlays.renaming import Renaming

if TYPE_CHECKING:
    from designer.ui.app.main_window import MainWindow


def install(window: MainWindow) -> None:
    """Adds the action; a click on the name of the selected card does the same."""
    renaming = Renaming(window.view)
    window.menus.action(
        "Edit/block", "actionRename", "&Rename", renaming.begin, "F2", lambda: bool(window.scene.current)
    )
