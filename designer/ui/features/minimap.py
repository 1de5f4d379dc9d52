"""The minimap and its switch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.ui.canvas.overlays.minimap import Minimap

if TYPE_CHECKING:
    from designer.ui.app.main_window import MainWindow


def install(window: MainWindow) -> None:
    """Adds the map and its action."""
    minimap = Minimap(window.view, window.scene)
    minimap.wanted = window.settings.minimap

    def switch() -> None:
        minimap.wanted = window.settings.minimap = action.isChecked()

    action = window.menus.action("View/canvas", "actionMinimap", "&Minimap", switch, "Ctrl+M")
    action.setCheckable(True)
    action.setChecked(minimap.wanted)
