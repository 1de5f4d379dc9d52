"""The notes of what the canvas shows, as sheets behind its cards."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF

from designer.core.graph.settings import Note, Position
from designer.core.layout.cards import on_grid
from designer.ui.canvas.items.note_item import NoteItem, NoteText
from designer.ui.canvas.layers.stage import Stage
from designer.ui.editing import note_edits


class NoteLayer:
    """Keeps the sheets in step with the notes of one network."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._offset = QPointF()
        self.items: dict[str, NoteItem] = {}

    def show(self, notes: Mapping[str, Note], offset: QPointF) -> None:
        """Brings all sheets up to date. `offset` leads from the places of the notes to the scene."""
        self._offset = offset
        for name in [name for name in self.items if name not in notes]:
            self._stage.removeItem(self.items.pop(name))
        for name, note in notes.items():
            item = self.items.get(name)
            if item is None:
                self.items[name] = item = self._made(name, note)
            elif item.note != note:
                item.show_note(note)
            place = QPointF(*note.position) + offset
            if item.pos() != place:
                item.setPos(place)

    def _made(self, name: str, note: Note) -> NoteItem:
        editor = self._stage.editor
        item = NoteItem(
            name,
            note,
            self._stage.theme,
            lambda text, size: note_edits.write(editor, name, text, size),
            lambda size: note_edits.resize(editor, name, size),
            self._stage.cards_dropped,
        )
        self._stage.addItem(item)
        return item

    def selected(self) -> list[str]:
        """The names of the selected notes."""
        return [name for name, item in self.items.items() if item.isSelected()]

    def chosen(self) -> NoteItem | None:
        """The one note that is selected, with nothing beside it."""
        chosen = self._stage.selectedItems()
        return chosen[0] if len(chosen) == 1 and isinstance(chosen[0], NoteItem) else None

    def writing(self) -> bool:
        """Whether what is typed goes into a note."""
        return isinstance(self._stage.focusItem(), NoteText)

    def select(self, name: str) -> None:
        """Selects one note, and nothing else."""
        self._stage.clearSelection()
        if name in self.items:
            self.items[name].setSelected(True)

    def moved(self) -> dict[str, Position]:
        """The selected notes that have been dragged, with the places on the grid where they are now."""
        found: dict[str, Position] = {}
        for name in self.selected():
            place = self.items[name].scenePos() - self._offset
            snapped = (on_grid(place.x()), on_grid(place.y()))
            if snapped != self.items[name].note.position:
                found[name] = snapped
        return found

    def rect(self) -> QRectF:
        """The rectangle around all sheets."""
        rect = QRectF()
        for item in self.items.values():
            rect = rect.united(item.mapRectToScene(item.sheet))
        return rect
