"""The minimap and its switch."""

from __future__ import annotations

from designer.ui.canvas.overlays.minimap import Minimap
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the map and its action."""
    minimap = Minimap(bench.view, bench.scene)
    minimap.wanted = bench.settings.minimap

    def switch() -> None:
        minimap.wanted = bench.settings.minimap = action.isChecked()

    action = bench.menus.action("View/canvas", "actionMinimap", "&Minimap", switch, "Ctrl+M")
    action.setCheckable(True)
    action.setChecked(minimap.wanted)
