"""View > Shapes on Edges: whether the canvas writes beside edges what they carry."""

from __future__ import annotations

from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the action, which is remembered."""
    settings = bench.settings

    def show(wanted: bool) -> None:
        settings.shapes_on_edges = wanted
        bench.scene.show_shapes_on_edges(wanted)

    action = bench.menus.action("View/canvas", "actionShapesOnEdges", "&Shapes on Edges", lambda: None)
    action.setCheckable(True)
    action.setChecked(settings.shapes_on_edges)
    bench.scene.show_shapes_on_edges(action.isChecked())
    action.toggled.connect(show)
