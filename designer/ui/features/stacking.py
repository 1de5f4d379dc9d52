"""Stacking: the actions that take blocks out of their chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer.ui import stack_edits

if TYPE_CHECKING:
    from designer.ui.main_window import MainWindow


def install(window: MainWindow) -> None:
    """Adds the actions."""
    editor, scene = window.editor, window.scene

    window.menus.action(
        "Edit/block",
        "actionTakeOut",
        "&Take Out of Chain",
        lambda: stack_edits.take_out(editor, scene.selected_blocks()),
        "Ctrl+Backspace",
        lambda: bool(scene.selected_blocks()),
    )
