"""The panel of the selected block's parameters, and the one of what the network is about behind it."""

from __future__ import annotations

from designer.ui.panels.about import AboutPanel
from designer.ui.panels.inspector import InspectorPanel
from designer.ui.workbench.panels import Area
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the panels. Who selects a block wants to see it; who opens an example, what it is about."""
    inspector = InspectorPanel(bench.editor)
    dock = bench.panels.add("Inspector", "Inspector", inspector, Area.RightDockWidgetArea)
    dock.visibilityChanged.connect(inspector.set_seen)
    bench.panels.add("About", "About", AboutPanel(bench.editor), Area.RightDockWidgetArea, behind="Inspector")

    def bring_forward(block_id: str) -> None:
        if block_id:
            bench.panels.bring_forward("Inspector")

    bench.scene.current_changed.connect(inspector.show_block)
    bench.scene.current_changed.connect(bring_forward)
    bench.scene.selectionChanged.connect(lambda: inspector.show_several(bench.scene.selected_blocks()))
    bench.scene.pressed.connect(bring_forward)
    bench.opening.explained.connect(lambda: bench.panels.bring_forward("About"))
