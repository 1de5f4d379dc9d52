"""Edits of notes, as the window makes them: undoable, and at the place that the canvas shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from designer.core.edits import notes
from designer.core.graph.design import Design
from designer.core.graph.settings import Note, Position
from designer.ui.editing.editor import BY_ITSELF, Editor


def add(editor: Editor, place: Position) -> str:
    """An empty note with its top left corner at a place; gives its name, or none where it cannot be."""
    name = notes.free_name(editor.shown.view.notes)
    done = editor.edit_shown(BY_ITSELF, lambda design: notes.added(design, Note(position=place)))
    return name if done else ""


def write(editor: Editor, name: str, text: str, size: Position) -> bool:
    """Other words on a note, which may need a higher sheet. What is typed in one go is one edit."""
    return editor.edit_shown(
        BY_ITSELF, lambda design: notes.changed(design, name, text=text, size=size), key=f"note {name}"
    )


def resize(editor: Editor, name: str, size: Position) -> bool:
    """A sheet of another size."""
    return editor.edit_shown(BY_ITSELF, lambda design: notes.changed(design, name, size=size))


def colour(editor: Editor, names: Collection[str], colour: str) -> bool:
    """Sheets of another colour."""

    def change(design: Design) -> Design:
        for name in names:
            design = notes.changed(design, name, colour=colour)
        return design

    return editor.edit_shown(BY_ITSELF, change)


def move(editor: Editor, blocks: Mapping[str, Position], places: Mapping[str, Position]) -> bool:
    """Notes to other places, and the blocks that were dragged with them."""
    return editor.edit_shown(BY_ITSELF, lambda design: notes.moved(design.placed(blocks), places))
