"""The panel of block kinds, and the way to it by keys."""

from __future__ import annotations

from designer.ui.panels.palette import PalettePanel
from designer.ui.workbench.panels import Area
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the panel and the action."""
    palette = PalettePanel(bench.theme, bench.settings, bench.editor)
    palette.chosen.connect(bench.append)
    bench.panels.add("Palette", "Blocks", palette, Area.LeftDockWidgetArea)

    def find_kind() -> None:
        bench.panels["Palette"].show()
        palette.search.setFocus()
        palette.search.selectAll()

    bench.menus.action("Edit/find", "actionFindKind", "Find a &Block Kind", find_kind, "Ctrl+K")
