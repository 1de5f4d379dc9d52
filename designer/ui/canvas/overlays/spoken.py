"""The canvas in words, for those who hear it.

PySide6 lets no QAccessibleInterface of Python's own be handed to Qt safely (Qt deletes what Python still holds), so
cards are no objects of the accessibility tree: the view's description tells what is selected, and changes with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from designer.core.graph.messages import Problem
from designer.core.graph.network import block_of
from designer.core.inference.infer import Result
from designer.core.schema.units import few_of
from designer.ui.canvas.items.card_texts import learning_words
from designer.ui.canvas.scene.canvas_scene import CanvasScene
from designer.ui.style.labels import plural

_MOST_NAMED = 5


def spoken(scene: CanvasScene) -> str:
    """What is selected, or what there is where nothing is."""
    blocks, edges, notes = scene.selected_blocks(), scene.selected_edges(), scene.notes.selected()
    if len(blocks) > 1:
        chosen = set(blocks)
        blocks = [name for name in scene.editor.shown.network.nodes if name in chosen]
    problems = scene.editor.shown_problems()
    if len(blocks) + len(edges) + len(notes) > 1:
        return _several([*blocks, *(f"edge to {target}" for target, _ in edges), *(f"note {name}" for name in notes)])
    if blocks:
        card = scene.cards[blocks[0]]
        return block_in_words(card.result, [item for item in problems if item.block == blocks[0]], card.advice)
    if edges:
        target, port = edges[0]
        return edge_in_words(scene.editor.shown_inference.results[target], port)
    if notes:
        return f"note: {scene.notes.items[notes[0]].note.text or 'empty'}"
    there = plural(len(scene.cards), "block") + (f", {plural(len(problems), 'problem')}" if problems else "")
    where = f"inside {' in '.join(reversed(scene.editor.path))}: " if scene.editor.path else ""
    return f"{where}{there}, nothing selected" if scene.cards else f"{where}empty canvas"


def block_in_words(result: Result, problems: Sequence[Problem], advice: str = "") -> str:
    """conv1, Conv2d, 32 maps · 3×3, from input, output 32×26×26, 1 problem: …; or what the doctor says of it."""
    node = result.node
    parts = [node.id, node.block.title, node.block.details()]
    parts.append(f"from {' and '.join(node.sources)}" if node.sources else "")
    if node.block.output_ports:
        shapes = " and ".join(str(shape) for shape in result.shapes or ())
        parts.append(f"output {shapes}" if shapes else "output not known")
    parts += learning_words(result)
    if problems:
        parts.append(f"{plural(len(problems), 'problem')}: {'; '.join(problem.message for problem in problems)}")
    parts.append(advice)
    return ", ".join(part for part in parts if part)


def edge_in_words(result: Result, port: int) -> str:
    """edge from conv1 to pool1, 32×26×26"""
    node = result.node
    ref = node.inputs[port]
    connected = [place for place, source in enumerate(node.inputs) if source]
    carried = result.inputs[connected.index(port)] if result.inputs and port in connected else None
    words = f"edge from {block_of(ref) if ref else 'nothing'} to {node.id}"
    words += f", input {node.input_name(port)}" if len(node.inputs) > 1 else ""
    return f"{words}, {carried}" if carried else words


def _several(names: Sequence[str]) -> str:
    return f"{len(names)} selected: {few_of(names, _MOST_NAMED)}"
