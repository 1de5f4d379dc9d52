"""A table of pictures and labels as options of the source, and what is doubtful about it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from designer.core.graph.data_settings import MAX_CLASSES
from designer.core.schema.units import noun, plural
from designer.data.errors import DataError
from designer.data.formats.base import ColumnChoice, Finding
from designer.data.formats.encodings import TITLES, letters_at, letters_finding
from designer.data.formats.pictures.label_table import LabelTable, Role, at_a_glance, with_columns
from designer.data.readers._parts import file_within, leads_outside
from designer.data.readers.labelled_pictures import file_name, labels_of, rows_of_table

_SHOWN = 20


def with_table(path: Path, table: Path, options: Mapping[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
    """The options that differ from those given, and findings. Raises DataError where it is no table of pictures."""
    look = _as_given(options) if options["columns"] else at_a_glance(table, options["encoding"])
    if look is None:
        raise DataError(f"{table}: expected a column with the names of pictures that are there, and one with labels")
    given: tuple[ColumnChoice, ...] = options["columns"]
    try:
        found = with_columns(table, look, {item.name: _role_of(item) for item in given})
        rows = rows_of_table(table, found.encoding, found.delimiter, found.header)
        said = {item.name: item.values for item in given if item.values}
        names = {name: said.get(name) or classes for name, classes in found.class_names.items()}
        findings = list(_findings(table, found, names, rows))
    except ValueError as error:
        raise DataError(f"{table}: {error}") from error
    for name, classes in names.items():
        if not 2 <= len(classes) <= MAX_CLASSES:
            raise DataError(f"{table}: {name}: expected 2 to {MAX_CLASSES:,} classes, got {len(classes):,}")
    if not any(role in ("class", "number") for role in found.columns.values()):
        raise DataError(f"{table}: expected a column with labels beside {found.picture}; no other has different values")
    changes = {
        "table": table.name if path.is_dir() else "",
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "header": found.header,
        "inside": found.inside,
        "ending": found.ending,
        "columns": tuple(_choice(name, role, found, names) for name, role in found.columns.items()),
    }
    return changes, findings


def _role_of(item: ColumnChoice) -> Role:
    if item.role == "target":
        return "class" if item.type == "category" else "number"
    return "picture" if item.role == "input" else item.role if item.role in ("part", "group") else "ignored"


def _choice(name: str, role: Role, found: LabelTable, names: Mapping[str, tuple[str, ...]]) -> ColumnChoice:
    """A column as a person chooses it; what is not used has the type that it would be learned as."""
    kind: Literal["number", "category"] = "number" if role == "number" or name in found.numbers else "category"
    if role in ("class", "number"):
        return ColumnChoice(name=name, role="target", type=kind, values=names.get(name, ()))
    return ColumnChoice(name=name, role="input" if role == "picture" else role, type=kind)


def _as_given(options: Mapping[str, Any]) -> LabelTable:
    pictures = [item.name for item in options["columns"] if item.role == "input"]
    if len(pictures) != 1:
        raise DataError(f"data: options: columns: expected one column of pictures, got {len(pictures)}")
    kept = {name: options[name] for name in ("encoding", "delimiter", "header", "inside", "ending")}
    return LabelTable(picture=pictures[0], **kept)


def _findings(
    table: Path, found: LabelTable, classes: Mapping[str, tuple[str, ...]], rows: list[dict[str, str]]
) -> Iterator[Finding]:
    if found.encoding in TITLES:
        letters = letters_at(table)
        share = letters.share if letters.is_sure and letters.encoding == found.encoding else 0.0
        yield letters_finding(table.name, found.encoding, share, {"columns": []})
    numbers = [name for name, role in found.columns.items() if role == "number"]
    part, group = (next((name for name, of in found.columns.items() if of == role), "") for role in ("part", "group"))
    kept, _ = labels_of(rows, found.picture, classes, numbers, part, group)
    lost = sorted(set(range(len(rows))) - set(kept))
    if lost:
        what = f"{plural(len(lost), 'row')} of {table.name} {noun(len(lost), 'has', 'have')} no label that can be read."
        where = tuple(f"row {row + 1 + found.header}: {_shown(rows[row])}" for row in lost[:_SHOWN])
        yield Finding(f"{what} {noun(len(lost), 'It is', 'They are')} left out.", where)
    names = [file_name(rows[row][found.picture]) + found.ending for row in kept]
    placed = {name: os.path.join(found.inside, name) for name in names}
    outside = [name for name in names if leads_outside(table.parent, placed[name])]
    if outside:
        what = (
            f"{plural(len(outside), 'picture')} of {table.name} {noun(len(outside), 'lies', 'lie')} outside its folder."
        )
        rows_told = noun(len(outside), "Its row is", "Their rows are")
        yield Finding(f"{what} {rows_told} left out: only what lies beside the table is read.", tuple(outside[:_SHOWN]))
    without = frozenset(outside)
    gone = [name for name in names if name not in without and not file_within(table.parent, placed[name])]
    if gone:
        what = f"{plural(len(gone), 'picture')} of {table.name} {noun(len(gone), 'is', 'are')} not there."
        yield Finding(f"{what} {noun(len(gone), 'Its row is', 'Their rows are')} left out.", tuple(gone[:_SHOWN]))


def _shown(row: Mapping[str, str]) -> str:
    return ", ".join(row.values())[:80]
