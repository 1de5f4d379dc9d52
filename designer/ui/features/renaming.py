"""Rename: another name for the selected block, written on its card."""

from __future__ import annotations

from designer.ui.canvas.overlays.renaming import Renaming
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the action; a click on the name of the selected card does the same."""
    renaming = Renaming(bench.view)
    bench.menus.action("Edit/block", "actionRename", "&Rename", renaming.begin, "F2", lambda: bool(bench.scene.current))
