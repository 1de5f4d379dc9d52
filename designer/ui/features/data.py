"""Data: the panel of what the network learns from, and the actions that bring in a person's own."""

from __future__ import annotations

from collections.abc import Callable

from designer.core.graph.design import Design
from designer.ui.panels.data import DataPanel
from designer.ui.run.data_at_hand import DataAtHand
from designer.ui.workbench.panels import Area
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the panel behind the inspector, and the actions."""
    at_hand = DataAtHand(bench.editor, bench)

    def begin(words: str, change: Callable[[Design], Design], name: str, leaves: bool = True) -> None:
        """A network that the panel offers, in full view."""
        if bench.filing.begin(words, change, name, leaves):
            bench.view.fit()

    panel = DataPanel(bench.editor, at_hand, bench.theme, begin)
    dock = bench.panels.add("Data", "Data", panel, Area.RightDockWidgetArea, behind="Inspector")
    dock.visibilityChanged.connect(panel.set_seen)
    bench.filing.shown.connect(lambda design: at_hand.forget())
    bench.closed.connect(at_hand.close)

    def choose(folder: bool) -> None:
        bench.panels.show("Data")
        choice = panel.content.choice
        (choice.choose_folder if folder else choice.choose_file)()

    add = bench.menus.action
    add("File/data", "actionOpenDataFolder", "&Data from a Folder…", lambda: choose(True))
    add("File/data", "actionOpenDataFile", "D&ata from a File…", lambda: choose(False))
