"""Notes: the actions that put a person's own words on the canvas."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QPointF
from PySide6.QtGui import QCursor, QIcon, QPainter, QPixmap

from designer.core.graph.settings import NoteColour, Position
from designer.core.layout.cards import on_grid
from designer.core.layout.placement import CARD_WIDTH
from designer.ui.editing import note_edits
from designer.ui.style.theme import Look, note_sheet
from designer.ui.widgets.menus import make_action
from designer.ui.workbench.workbench import Workbench

_BESIDE = 32.0
_ICON = 16


def install(bench: Workbench) -> None:
    """Adds the actions."""
    bench.menus.action("Edit/block", "actionAddNote", "Add &Note", lambda: add_note(bench), "Ctrl+Shift+N")
    _add_colours(bench)


def add_note(bench: Workbench) -> None:
    """A note beside what is selected, else at the mouse, else in the middle of what is seen; ready to be written."""
    name = note_edits.add(bench.editor, _place(bench))
    item = bench.scene.notes.items.get(name)
    if item is None:
        return
    bench.scene.notes.select(name)
    bench.view.ensureVisible(item.mapRectToScene(item.sheet), 24, 24)
    bench.view.setFocus()
    item.begin_writing()


def _place(bench: Workbench) -> Position:
    """Where the top left corner of a new note lies in the document, on the grid."""
    scene, view = bench.scene, bench.view
    chosen = [scene.cards[name].sceneBoundingRect() for name in scene.selected_blocks()]
    mouse = view.viewport().mapFromGlobal(QCursor.pos())
    if chosen:
        place = QPointF(max(rect.right() for rect in chosen) + _BESIDE, min(rect.top() for rect in chosen))
        while any(item.mapRectToScene(item.sheet).contains(place) for item in scene.notes.items.values()):
            place += QPointF(0, 2 * _BESIDE)
    elif view.viewport().rect().contains(mouse) and view.underMouse():
        place = view.mapToScene(mouse)
    else:
        place = view.mapToScene(view.viewport().rect().center()) - QPointF(CARD_WIDTH / 2, _BESIDE)
    place -= scene.offset
    return on_grid(place.x()), on_grid(place.y())


def _add_colours(bench: Workbench) -> None:
    editor, scene, theme = bench.editor, bench.scene, bench.scene.theme
    menu = bench.menus.submenu("Edit/block", "Note Co&lour", "menuNoteColour")
    for colour in get_args(NoteColour):
        action = make_action(bench.window, f"actionNote{colour.capitalize()}", f"Note: {colour.capitalize()}")
        action.triggered.connect(
            lambda checked=False, chosen=colour: note_edits.colour(editor, scene.notes.selected(), chosen)
        )
        menu.addAction(action)

    def refresh() -> None:
        menu.setEnabled(bool(scene.notes.selected()))
        for action in menu.actions():
            action.setEnabled(menu.isEnabled())

    def paint() -> None:
        for action, colour in zip(menu.actions(), get_args(NoteColour), strict=True):
            action.setIcon(_sheet_icon(colour, theme))

    scene.selectionChanged.connect(refresh)
    theme.changed.connect(paint)
    menu.destroyed.connect(lambda: theme.changed.disconnect(paint))  # the theme outlives the window
    refresh()
    paint()


def _sheet_icon(colour: NoteColour, theme: Look) -> QIcon:
    fill, border = note_sheet(colour, theme.dark)
    picture = QPixmap(_ICON, _ICON)
    picture.fill("transparent")
    painter = QPainter(picture)
    painter.setPen(border)
    painter.setBrush(fill)
    painter.drawRoundedRect(1, 1, _ICON - 3, _ICON - 3, 2, 2)
    painter.end()
    return QIcon(picture)
