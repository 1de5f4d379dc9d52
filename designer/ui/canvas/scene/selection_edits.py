"""What is selected on the canvas, taken out or copied."""

from __future__ import annotations

from designer.core.graph.design import Design
from designer.ui.canvas.scene.canvas_scene import CanvasScene


def delete_selected(scene: CanvasScene) -> None:
    """Takes the selected blocks, edges and notes out."""
    blocks, edges, notes = scene.selected_blocks(), scene.selected_edges(), scene.notes.selected()
    if blocks or edges or notes:
        scene.editor.remove(blocks, edges, notes)


def duplicate_selected(scene: CanvasScene) -> None:
    """Copies of the selected blocks and notes, which are selected then."""
    blocks, notes, before = scene.selected_blocks(), scene.notes.selected(), scene.editor.shown
    if (blocks or notes) and scene.editor.duplicate(blocks, notes):
        select_new(scene, before)


def select_new(scene: CanvasScene, before: Design) -> None:
    """Selects the blocks and notes that have come since, and nothing else."""
    scene.select_only(name for name in scene.cards if name not in before.network.nodes)
    for name, item in scene.notes.items.items():
        if name not in before.view.notes:
            item.setSelected(True)
