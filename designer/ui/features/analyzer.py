"""The analyzer: its dock, in step with the canvas, and measuring."""

from __future__ import annotations

from designer.core.graph.group_paths import GroupPath
from designer.ui.panels.analyzer import AnalyzerPanel
from designer.ui.workbench.panels import Area
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the dock and the actions."""
    editor, scene = bench.editor, bench.scene
    measuring = bench.measuring
    panel = AnalyzerPanel(editor, measuring, bench.settings, bench.theme)
    dock = bench.panels.add("Analyzer", "Analyzer", panel, Area.BottomDockWidgetArea, behind="Values")
    bench.panels["FeatureMaps"].raise_()
    dock.visibilityChanged.connect(panel.set_seen)

    def show_selection() -> None:
        panel.show_selected(tuple((*editor.path, name) for name in scene.selected_blocks()))

    def choose(paths: list[GroupPath]) -> None:
        """Selects on the canvas what was selected in the table; the group around the last one is opened."""
        inside = paths[-1][:-1]
        if editor.path != inside:
            editor.open_group(inside)
        if editor.path == inside:
            scene.select_only([path[-1] for path in paths if path[:-1] == inside])
            bench.view.see(paths[-1][-1])

    def measure() -> None:
        bench.panels.show("Analyzer")
        measuring.start()

    scene.selectionChanged.connect(show_selection)
    panel.chosen.connect(choose)
    measuring.changed.connect(bench.menus.refresh)
    bench.menus.action(
        "Training/measure",
        "actionMeasure",
        "&Measure Time per Block",
        measure,
        enabled=lambda: not measuring.busy and not editor.problems(),
    )
