"""Stacking: the quick way to add blocks, and the action that takes them out of their chain."""

from __future__ import annotations

from PySide6.QtCore import QPoint

from designer.ui.canvas.items.edge_item import EdgeItem
from designer.ui.canvas.overlays.add_button import AddButtonOnSelected
from designer.ui.editing import block_edits
from designer.ui.panels.palette import PalettePanel
from designer.ui.search.quick_add import QuickAdd
from designer.ui.workbench.workbench import Workbench


def install(bench: Workbench) -> None:
    """Adds the actions, and opens quick add where the canvas wants a block."""
    editor, scene, view = bench.editor, bench.scene, bench.view
    quick = QuickAdd(bench, bench.panels.of(PalettePanel).offers)

    def add_at(point: QPoint) -> None:
        edge = next((item for item in view.items(point) if isinstance(item, EdgeItem)), None)
        if edge:
            quick.at_edge(edge.target, edge.port)
        else:
            quick.at_place(point)

    AddButtonOnSelected(scene, quick.at_selection)
    view.typed.connect(quick.at_selection)
    view.double_clicked.connect(add_at)
    bench.menus.action("Edit/block", "actionQuickAdd", "&Add Block…", quick.at_selection)
    bench.menus.action(
        "Edit/block",
        "actionReplaceWith",
        "&Replace With…",
        quick.instead_of_selection,
        "Ctrl+R",
        lambda: bool(scene.current),
    )
    bench.menus.action(
        "Edit/block",
        "actionTakeOut",
        "&Take Out of Chain",
        lambda: block_edits.take_out(editor, scene.selected_blocks()),
        "Ctrl+Backspace",
        lambda: bool(scene.selected_blocks()),
    )
