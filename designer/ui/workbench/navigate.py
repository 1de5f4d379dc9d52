"""Going to a block, wherever it is."""

from __future__ import annotations

from designer.core.graph.group_paths import GroupPath
from designer.ui.workbench.workbench import Workbench

_AROUND = 24
"""Pixels of the view that are seen around it as well."""


def show_block(bench: Workbench, path: GroupPath, block_id: str, *, focus: bool = True) -> None:
    """Opens the group that a block is in, selects the block and scrolls as far as it takes to see it.

    With `focus` the canvas has the keyboard then.
    """
    if bench.editor.path != path:
        bench.editor.open_group(path)
    bench.scene.select(block_id)
    bench.view.see(block_id)
    if focus:
        bench.view.setFocus()


def show_note(bench: Workbench, path: GroupPath, name: str, *, focus: bool = True) -> None:
    """The same for a note."""
    if bench.editor.path != path:
        bench.editor.open_group(path)
    bench.scene.notes.select(name)
    item = bench.scene.notes.items.get(name)
    if item is not None:
        bench.view.ensureVisible(item.sceneBoundingRect(), _AROUND, _AROUND)
    if focus:
        bench.view.setFocus()
