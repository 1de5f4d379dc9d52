"""The panels that look inside: the sample, and what the selected block gives for it."""

from __future__ import annotations

from designer.ui.panels.data import DataPanel
from designer.ui.panels.inspection import Inspection
from designer.ui.workbench.panels import Area
from designer.ui.workbench.workbench import Workbench

_DOCKS = {"maps": "FeatureMaps", "states": "HiddenStates", "values": "Values"}


def install(bench: Workbench) -> None:
    """Adds the panels."""
    looking = Inspection(bench.editor, bench.bridge, bench.run_design, bench.theme, bench)
    below = Area.BottomDockWidgetArea
    bench.panels.add("Sample", "Sample", looking.sample, below)
    bench.panels.add("FeatureMaps", "Feature maps", looking.panels["maps"], below)
    bench.panels.add("HiddenStates", "Hidden states", looking.panels["states"], below, behind="FeatureMaps")
    bench.panels.add("Values", "Values", looking.panels["values"], below, behind="FeatureMaps")
    looking.sample.chosen.connect(bench.panels.of(DataPanel).look_at)
    bench.scene.current_changed.connect(looking.show_block)
    bench.filing.shown.connect(lambda design: looking.forget())
    looking.suits.connect(lambda view: _raise_view(bench, view))


def _raise_view(bench: Workbench, view: str) -> None:
    """Shows the view that suits the selected block, unless the person has closed it or looks at another panel."""
    dock = bench.panels[_DOCKS[view]]
    views = [bench.panels[name] for name in _DOCKS.values()]
    others = [other for other in bench.window.tabifiedDockWidgets(dock) if other not in views]
    if not dock.isHidden() and all(other.visibleRegion().isEmpty() for other in others):
        dock.raise_()
