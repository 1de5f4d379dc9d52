"""A table of pictures and their labels: how it is written, and what its columns are."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Literal

from designer.data.formats.part_folders import is_folder
from designer.data.formats.pictures.folders import has_picture, in_order
from designer.data.readers._letters import WESTERN
from designer.data.readers._parts import PARTS, file_within
from designer.data.readers._text_files import letters_in
from designer.data.readers.labelled_pictures import column_names, file_name, number_in, rows_of_table
from designer.data.readers.pictures import is_hidden, is_picture, picture_endings

Role = Literal["picture", "class", "number", "part", "group", "ignored"]
"""What a column of the table is for."""
ENDINGS = (".csv", ".tsv")
USUAL_ENCODING = "utf-8-sig"
_FIRST = 2**16
_TRIED = 40
"""Rows by which a table is judged at once."""
_LABEL = ("label", "class", "target", "category", "y")
_GROUP = ("group", "patient", "subject", "person", "user", "session")
_PICTURE = ("image", "img", "picture", "photo", "file", "filename", "frame")
_SOME, _MOSTLY = 0.3, 0.9
"""Shares of the cells that are pictures: where nobody would call anything else so, and where all may be a chance."""
_PLACES, _PIECE = 8, 2**13
"""Where else a large table is looked at, and bytes at each place."""
_FEW = 20
"""Different whole numbers that are still taken for classes."""


@dataclass(frozen=True)
class LabelTable:
    """How a table of pictures is read, as the options of the source have it."""

    encoding: str
    delimiter: str
    header: bool
    picture: str
    inside: str
    ending: str
    columns: dict[str, Role] = field(default_factory=dict)
    class_names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    """Columns whose cells are numbers, and no few whole ones."""


def encoding_of(content: bytes) -> str:
    """The encoding of a table by its first bytes: what is in Western letters is taken as Latin-1, which any byte is."""
    found = letters_in(content).encoding
    return {"utf-8": USUAL_ENCODING, WESTERN: "latin-1"}.get(found, found)


def at_a_glance(table: Path, encoding: str = USUAL_ENCODING) -> LabelTable | None:
    """How a table is read, by its first rows; None where none of its columns names pictures that are there.

    An encoding other than the usual one is not guessed.
    """
    with table.open("rb") as file:
        content = file.read(_FIRST)
    if encoding in (USUAL_ENCODING, "auto"):
        encoding = encoding_of(content)
    text = content.decode(encoding, errors="replace")
    delimiter, rows = _rows(text)
    found = _pictures_in(rows, table.parent, lambda: rows_all_over(table, encoding, delimiter))
    if found is None:
        return None
    column, inside, ending = found
    header = not _is_there(table.parent, inside, rows[0][column], ending) if len(rows[0]) > column else True
    names = column_names(rows[0] if header else [""] * max(map(len, rows)))
    return LabelTable(encoding, delimiter, header, names[column], inside, ending)


def _rows(text: str) -> tuple[str, list[list[str]]]:
    """What divides the cells, which is what most rows have equally often, and the first rows."""
    found = {}
    for delimiter in (",", ";", "\t", "|"):
        try:
            rows = [
                row for row in islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), _TRIED) if row
            ]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows)
        width, times = widths.most_common(1)[0] if widths else (0, 0)
        found[delimiter] = (width > 1, times, width), rows
    if not found:
        return ",", []
    best = max(found, key=lambda delimiter: found[delimiter][0])
    return best, found[best][1]


def _pictures_in(
    rows: list[list[str]], folder: Path, more: Callable[[], list[list[str]]]
) -> tuple[int, str, str] | None:
    """The column that names pictures, the folder in which they lie, and the ending behind each.

    By the first rows; a column of names without endings by some `more` from all over the table as well.
    """
    best: tuple[tuple[bool, int], int, str, str] | None = None
    for column in range(max(map(len, rows), default=0)):
        cells = [row[column] for row in rows if len(row) > column and row[column].strip()]
        for inside in _places(folder):
            for ending in _endings(folder / inside, cells):
                count = sum(_is_there(folder, inside, cell, ending) for cell in cells)
                sure = (not ending, count)  # labels may be called as pictures are without their endings
                if (
                    count > 0.3 * len(cells)
                    and (best is None or sure > best[0])
                    and (not ending or _are_names([*rows, *more()], column, folder, inside, ending))
                ):
                    best = sure, column, inside, ending
    return best[1:] if best else None


def _are_names(rows: list[list[str]], column: int, folder: Path, inside: str, ending: str) -> bool:
    """Whether cells without endings name pictures all over a table, and do not happen to be called as some are.

    Whole numbers count or measure something, unless each is another one and nearly all are pictures.
    """
    cells = [row[column].strip() for row in rows if len(row) > column and row[column].strip()]
    title, cells = (cells[0], cells[1:]) if not _is_there(folder, inside, cells[0], ending) else ("", cells)
    share = sum(_is_there(folder, inside, cell, ending) for cell in cells) / max(len(cells), 1)
    if not all(cell.isdecimal() for cell in cells):
        return share > _SOME
    is_told = _is_called(title, _PICTURE)
    return share > (_SOME if is_told else _MOSTLY) and (is_told or len(set(cells)) > _MOSTLY * len(cells))


def rows_all_over(table: Path, encoding: str, delimiter: str) -> list[list[str]]:
    """Some whole rows from places in equal distances behind the first ones of a large table; none of a small one."""
    size, step = table.stat().st_size, 4 if "32" in encoding else 2 if "16" in encoding else 1
    found: list[list[str]] = []
    with table.open("rb") as file:
        for place in range(_PLACES if size > 2 * _FIRST else 0):
            file.seek(_FIRST + (size - _FIRST - _PIECE) * place // (_PLACES - 1) // step * step)
            lines = file.read(_PIECE).decode(encoding, errors="replace").splitlines()[1:-1]
            with suppress(csv.Error):
                found += csv.reader(lines[:_TRIED], delimiter=delimiter)
    return found


def _places(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        below = sorted(entry.name for entry in islice(entries, 500) if not is_hidden(entry.name) and is_folder(entry))
    return ["", *(name for name in below[:20] if has_picture(folder / name, deep=0))]


def _endings(folder: Path, cells: Sequence[str]) -> list[str]:
    """None where the cells have one; else those of the pictures in a folder."""
    if any(os.path.splitext(cell)[1].lower() in picture_endings() for cell in cells):
        return [""]
    with os.scandir(folder) as entries:
        return sorted({os.path.splitext(entry.name)[1] for entry in islice(entries, 500) if is_picture(entry.name)})


def _is_there(folder: Path, inside: str, cell: str, ending: str) -> bool:
    name = file_name(cell.strip()) + ending
    try:
        return is_picture(os.path.basename(name)) and file_within(folder, os.path.join(inside, name)) is not None
    except ValueError:  # a zero byte
        return False


def with_columns(table: Path, look: LabelTable, given: Mapping[str, Role]) -> LabelTable:
    """What each column is for, as given or as its name and its cells say. Raises ValueError where it is not read."""
    rows = rows_of_table(table, look.encoding, look.delimiter, look.header)
    names = list(dict.fromkeys(name for row in rows[:_TRIED] for name in row))
    cells = {name: [row.get(name, "") for row in rows] for name in names}
    roles = dict(given) if given else _roles(look.picture, cells)
    classes = {
        name: in_order(list({cell for cell in cells[name] if cell}))
        for name, role in roles.items()
        if role == "class" and name in cells
    }
    numbers = tuple(name for name, column in cells.items() if _are_numbers(name, [cell for cell in column if cell]))
    return replace(look, columns=roles, class_names=classes, numbers=numbers)


def _roles(picture: str, cells: Mapping[str, list[str]]) -> dict[str, Role]:
    roles: dict[str, Role] = {name: _role(name, column) for name, column in cells.items() if name != picture}
    named = [name for name, role in roles.items() if role in ("class", "number") and _is_called(name, _LABEL)]
    for name, role in roles.items():
        if role in ("class", "number") and named and name not in named:
            roles[name] = "ignored"
    return {picture: "picture", **_without_repetition(roles, cells)}


def _without_repetition(roles: dict[str, Role], cells: Mapping[str, list[str]]) -> dict[str, Role]:
    """A column of classes that another one has under other names is not learned twice."""
    kept: list[str] = []
    for name in [name for name, role in roles.items() if role == "class"]:
        pairs = [len(set(zip(cells[name], cells[other], strict=True))) for other in kept]
        if any(
            len(set(cells[name])) == count == len(set(cells[other])) for other, count in zip(kept, pairs, strict=True)
        ):
            roles[name] = "ignored"
        else:
            kept.append(name)
    return roles


def _role(name: str, cells: list[str]) -> Role:
    filled = [cell for cell in cells if cell]
    values = set(filled)
    if len(values) > 1 and all(value.lower() in PARTS for value in values):
        return "part"
    if _is_called(name, _GROUP):
        return "group"
    if len(values) < 2:
        return "ignored"
    if _are_numbers(name, filled):
        return "number"
    return "class" if 2 * len(values) <= len(filled) or _is_called(name, _LABEL) else "ignored"


def _are_numbers(name: str, cells: list[str]) -> bool:
    """Whether cells are numbers; whole ones are classes if they are few, and each is there more than once."""
    values = set(cells)
    numbers = [number_in(value) for value in values]
    if not values or any(number != number for number in numbers):
        return False
    few = len(values) <= (1000 if _is_called(name, _LABEL) else _FEW)
    return not (few and 2 * len(values) <= len(cells) and all(number.is_integer() for number in numbers))


def _is_called(name: str, words: Sequence[str]) -> bool:
    """Whether a column has one of these names, alone or as a part of it: class, class_id, Patient ID."""
    plain = name.lower().replace("-", "_").replace(" ", "_")
    return any(plain == word or plain.startswith(f"{word}_") or plain.endswith(f"_{word}") for word in words)
