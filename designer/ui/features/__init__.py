"""Features of the window, one file each: `install(window)` adds its actions, its docks and what connects them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from designer.ui.features import (
    analyzer,
    appearance,
    arranging,
    clipboard,
    colouring,
    command_palette,
    compare,
    context_menu,
    custom_kinds,
    edge_shapes,
    file_changes,
    file_drops,
    find,
    grouping,
    history,
    joining,
    minimap,
    notes,
    panels,
    pictures,
    problems,
    renaming,
    shortcuts,
    speaking,
    stacking,
)

if TYPE_CHECKING:
    from designer.ui.app.main_window import MainWindow

FEATURES: tuple[Callable[[MainWindow], None], ...] = (
    clipboard.install,
    renaming.install,
    stacking.install,
    grouping.install,
    arranging.install,
    notes.install,
    history.install,
    problems.install,
    compare.install,
    custom_kinds.install,
    file_changes.install,
    file_drops.install,
    edge_shapes.install,
    pictures.install,
    analyzer.install,
    find.install,
    minimap.install,
    appearance.install,
    colouring.install,
    joining.install,
    panels.install,
    speaking.install,
    context_menu.install,
    command_palette.install,
    shortcuts.install,
)
"""In the order in which their actions stand in the menus."""
