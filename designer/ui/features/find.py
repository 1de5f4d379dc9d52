"""Finding blocks, and looking at what is selected."""

from __future__ import annotations

from designer.ui.search.find_bar import FindBar
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the bar over the canvas and its actions."""
    bar, add = FindBar(bench), bench.menus.action
    bench.put_over_canvas(bar)
    add("Edit/find", "actionFind", "&Find…", bar.open, "Ctrl+F")
    add("Edit/find", "actionFindNext", "Find &Next", lambda: bar.go(1), "F3")
    add("Edit/find", "actionFindPrevious", "Find Pre&vious", lambda: bar.go(-1), "Shift+F3")
    add(
        "View/zoom",
        "actionZoomSelection",
        "Zoom to &Selection",
        lambda: bench.view.fit_to(bench.scene.selected_rect()),
        "Ctrl+2",
        lambda: bool(bench.scene.selected_blocks()),
    )
