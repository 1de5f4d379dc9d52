"""Going to a block, wherever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.core.graph.group_paths import GroupPath

if TYPE_CHECKING:
    from designer.ui.app.main_window import MainWindow


_AROUND = 24
"""Pixels of the view that are seen around it as well."""


def show_block(window: MainWindow, path: GroupPath, block_id: str, *, focus: bool = True) -> None:
    """Opens the group that a block is in, selects the block and scrolls as far as it takes to see it.

    With `focus` the canvas has the keyboard then.
    """
    if window.editor.path != path:
        window.editor.open_group(path)
    window.scene.select(block_id)
    window.view.see(block_id)
    if focus:
        window.view.setFocus()


def show_note(window: MainWindow, path: GroupPath, name: str, *, focus: bool = True) -> None:
    """The same for a note."""
    if window.editor.path != path:
        window.editor.open_group(path)
    window.scene.notes.select(name)
    item = window.scene.notes.items.get(name)
    if item is not None:
        window.view.ensureVisible(item.sceneBoundingRect(), _AROUND, _AROUND)
    if focus:
        window.view.setFocus()
