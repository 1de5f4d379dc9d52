"""How much of the network the canvas shows, and how large."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence

from designer.ui.canvas.gestures.wheel_and_touch import ZOOM_STEP
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the actions; a block that is put in is scrolled to."""
    view, add, standard = bench.view, bench.menus.action, QKeySequence.StandardKey
    fit = add("View/zoom", "actionFit", "&Fit Network", view.fit, "Ctrl+0")
    fit.setIconText("Fit")
    bench.tool_bar.add("view", fit, "fit")
    add("View/zoom", "actionActualSize", "&Actual Size", view.show_actual_size, "Ctrl+1")
    add("View/zoom", "actionZoomIn", "Zoom &In", lambda: view.zoom_by(ZOOM_STEP), standard.ZoomIn)
    add("View/zoom", "actionZoomOut", "Zoom &Out", lambda: view.zoom_by(1 / ZOOM_STEP), standard.ZoomOut)
    bench.editor.added.connect(view.see)
    bench.editor.refused.connect(bench.say)
