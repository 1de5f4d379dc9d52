"""Confusion: the panel that tells which class is taken for which, behind those that look inside."""

from __future__ import annotations

from designer.ui.panels.confusion import ConfusionPanel
from designer.ui.panels.inspection import Inspection
from designer.ui.workbench.panels import Area
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the panel."""
    looking = bench.findChild(Inspection)
    assert looking is not None
    panel = ConfusionPanel(bench.editor, bench.bridge, bench.theme, looking.made_ready)
    dock = bench.panels.add("Confusion", "Confusion", panel, Area.BottomDockWidgetArea, behind="Values")
    dock.visibilityChanged.connect(panel.set_seen)
    bench.filing.shown.connect(lambda design: panel.forget())
