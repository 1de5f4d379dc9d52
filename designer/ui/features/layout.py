"""Which panels are open, and the arrangement of a first start."""

from __future__ import annotations

from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds a switch for each panel that is there by now."""
    bench.menus.add("View/docks", *(dock.toggleViewAction() for dock in bench.panels.values()))
    bench.menus.action("View/layout", "actionResetLayout", "&Reset Layout", bench.arrangement.reset)
