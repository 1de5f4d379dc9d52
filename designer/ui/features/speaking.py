"""Keeps the canvas's description in step with what is selected, and has a screen reader say it."""

from __future__ import annotations

from designer.core.diff.change import Parts
from designer.ui.canvas.overlays.spoken import spoken
from designer.ui.widgets.screen_reader import announce
from designer.ui.widgets.timers import AfterEdit
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Follows the selection and the document."""
    view, scene = bench.view, bench.scene

    told = [""]

    def tell() -> None:
        words = spoken(scene)
        if words == told[0]:
            return
        told[0] = words
        view.setAccessibleDescription(words)
        if view.hasFocus():
            announce(view, words)

    # Once for all the changes of one event: selecting a hundred blocks is a hundred signals.
    soon = AfterEdit(view, 0, tell)
    scene.selectionChanged.connect(soon.start)
    bench.editor.listen(Parts.JUDGED | Parts.NOTES | Parts.WHERE, lambda change: soon.start())
    bench.editor.refused.connect(lambda text: announce(view, text))
    soon.start()
