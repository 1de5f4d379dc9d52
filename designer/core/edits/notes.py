"""Edits of the notes on the canvas: pure functions from one design to the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from designer.core.graph.design import Design
from designer.core.graph.messages import all_wrong
from designer.core.graph.network import NetworkError
from designer.core.graph.settings import Note, Position, within_reach


def free_name(taken: Iterable[str]) -> str:
    """The first of note1, note2, … that is not taken."""
    there, number = set(taken), 1
    while f"note{number}" in there:
        number += 1
    return f"note{number}"


def added(design: Design, note: Note) -> Design:
    """One more note."""
    return _with(design, {**design.view.notes, free_name(design.view.notes): note})


def changed(design: Design, name: str, **changes: Any) -> Design:
    """A note with another text, place, size or colour. Raises NetworkError for what it cannot have."""
    note = design.view.notes.get(name)
    if note is None:
        raise NetworkError(f"there is no note '{name}'")
    try:
        new = Note.model_validate({**note.model_dump(), **changes})
    except ValidationError as error:
        raise NetworkError(f"the note cannot be so: {all_wrong(error)}") from None
    return _with(design, {**design.view.notes, name: new})


def moved(design: Design, places: Mapping[str, Position]) -> Design:
    """Notes at other places; none goes beyond the reach of the canvas."""
    for name, (x, y) in places.items():
        design = changed(design, name, position=within_reach(x, y))
    return design


def removed(design: Design, names: Iterable[str]) -> Design:
    """The design without these notes."""
    gone = set(names)
    return _with(design, {name: note for name, note in design.view.notes.items() if name not in gone})


def _with(design: Design, notes: dict[str, Note]) -> Design:
    return replace(design, view=design.view.but(notes=notes))
