"""The panel of the network as PyTorch code."""

from __future__ import annotations

from designer.ui.panels.code import CodePanel
from designer.ui.workbench.panels import Area
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the panel behind the curves."""
    code = CodePanel(bench.editor, bench.theme, lambda: bench.filing.name)
    dock = bench.panels.add("Code", "Code", code, Area.BottomDockWidgetArea, behind="Curves")
    bench.scene.current_changed.connect(code.show_block)
    dock.visibilityChanged.connect(code.set_seen)
    code.save_wanted.connect(bench.exporting.export_pytorch)
    bench.closed.connect(code.close_writer)
