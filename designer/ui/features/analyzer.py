"""The analyzer: its dock, in step with the canvas, and measuring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from designer.core.graph.group_paths import GroupPath
from designer.ui.panels.analyzer import AnalyzerPanel

if TYPE_CHECKING:
    from designer.ui.app.main_window import MainWindow


def install(window: MainWindow) -> None:
    """Adds the dock and the actions."""
    editor, scene = window.editor, window.scene
    measuring = window.measuring
    panel = AnalyzerPanel(editor, measuring, window.settings, window.theme)
    dock = window.add_dock("Analyzer", "Analyzer", panel, Qt.DockWidgetArea.BottomDockWidgetArea)
    window.tabifyDockWidget(window.docks["Values"], dock)
    window.docks["FeatureMaps"].raise_()
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
            window.view.see(paths[-1][-1])

    def measure() -> None:
        dock.show()
        dock.raise_()
        measuring.start()

    scene.selectionChanged.connect(show_selection)
    panel.chosen.connect(choose)
    measuring.changed.connect(window.menus.refresh)
    window.menus.action(
        "Training/measure",
        "actionMeasure",
        "&Measure Time per Block",
        measure,
        enabled=lambda: not measuring.busy and not editor.problems(),
    )
