"""View > Shapes on Edges: whether the canvas writes beside edges what they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from designer.ui.app.main_window import MainWindow


def install(window: MainWindow) -> None:
    """Adds the action, which is remembered."""
    settings = window.settings

    def show(wanted: bool) -> None:
        settings.shapes_on_edges = wanted
        window.scene.show_shapes_on_edges(wanted)

    action = window.menus.action("View/canvas", "actionShapesOnEdges", "&Shapes on Edges", lambda: None)
    action.setCheckable(True)
    action.setChecked(settings.shapes_on_edges)
    window.scene.show_shapes_on_edges(action.isChecked())
    action.toggled.connect(show)
