"""Reads pictures that a table lists with their labels."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from designer.data.readers._parts import PARTS, file_within
from designer.data.readers.pictures import with_pictures

TAKEN = frozenset(["image", "part", "held", "group"])
"""Names of columns that have a meaning of their own."""


def read_labelled_pictures(
    path: Path,
    picture: str,
    size: tuple[int, int],
    channels: int,
    resize: str = "stretch",
    told: Callable[[int, int], object] = lambda done, of: None,
    **how: Any,
) -> dict[str, np.ndarray]:
    """Pictures [N, C, H, W] from 0 to 1, in the order of the rows, and the columns of their labels.

    `how` says what the table is like, as `pictures_of_table` takes it. A row is left out where its file is broken, too.
    """
    _, paths, columns = pictures_of_table(path, picture, **how)
    return with_pictures(columns, paths, size, channels, resize, told)


def pictures_of_table(
    path: Path,
    picture: str,
    classes: Mapping[str, Sequence[str]] | None = None,
    numbers: Sequence[str] = (),
    part: str = "",
    group: str = "",
    table: str = "",
    encoding: str = "utf-8-sig",
    delimiter: str = ",",
    header: bool = True,
    inside: str = "",
    ending: str = "",
    left_out: Sequence[str] = (),
) -> tuple[list[str], list[str], dict[str, np.ndarray]]:
    """The pictures' names (as in the table), their paths, and columns for the labels, in the order of the rows.

    `path` is the table, or a folder in which it is called `table`. `picture` names the column with the files, which lie
    in the folder `inside` beside the table, with `ending` behind each name. `classes` has columns with their classes,
    which become numbers int64 [N]; `numbers` those that become float32 [N, 1]. `part` tells training, validation and
    test apart, `group` what belongs together. A row is left out where its file is not there or
    outside the folder of the table, a label is missing or of no class, or its file is in `left_out`. Raises ValueError
    for columns that are not there.
    """
    rows = rows_of_table(path / table if table else path, encoding, delimiter, header)
    folder = path if table else path.parent
    kept, columns = labels_of(rows, picture, classes or {}, numbers, part, group)
    names = [file_name(rows[row][picture]) for row in kept]
    without = frozenset(left_out)
    found = [file_within(folder, os.path.join(inside, name + ending)) for name in names]
    paths = {row: place for row, place in enumerate(found) if place and names[row] not in without}
    there = list(paths)
    return (
        [names[row] for row in there],
        list(paths.values()),
        {name: column[there] for name, column in columns.items()},
    )


def rows_of_table(table: Path, encoding: str, delimiter: str, header: bool) -> list[dict[str, str]]:
    """The rows of a table by the names of its columns. Raises ValueError where it cannot be read so."""
    try:
        text = table.read_bytes().decode(encoding)
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except (UnicodeError, csv.Error) as error:
        raise ValueError(f"{table}: it cannot be read as a table in {encoding}: {error}") from error
    names = column_names(rows[0] if header and rows else [""] * max(map(len, rows), default=0))
    return [dict(zip(names, map(str.strip, row), strict=False)) for row in rows[header:]]


def column_names(cells: Sequence[str]) -> list[str]:
    """Names of columns after the first row of a table: each another one, none of those that have a meaning."""
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        plain = " ".join(cell.split())[:48] or f"column {number}"
        name = f"{plain}_" if plain in TAKEN else plain
        names.append(f"{name} {number}" if name in names else name)
    return names


def file_name(cell: str) -> str:
    """A file's name with strokes as every system reads them."""
    return cell.replace("\\", "/").removeprefix("./")


def labels_of(
    rows: Sequence[Mapping[str, str]],
    picture: str,
    classes: Mapping[str, Sequence[str]],
    numbers: Sequence[str],
    part: str = "",
    group: str = "",
) -> tuple[list[int], dict[str, np.ndarray]]:
    """The rows in which nothing is missing, and columns for their labels. Raises ValueError for a column not there."""
    places = {name: {label: place for place, label in enumerate(found)} for name, found in classes.items()}
    wanted = [picture, *classes, *numbers, *([part] if part else []), *([group] if group else [])]
    missing = [name for name in wanted if rows and name not in rows[0]]
    if missing or not rows:
        raise ValueError(f"the table has no column {missing[0]!r}" if missing else "the table has no rows")

    def is_whole(row: Mapping[str, str]) -> bool:
        return (
            bool(row.get(picture))
            and all(row.get(name) in known for name, known in places.items())
            and all(math.isfinite(number_in(row.get(name))) for name in numbers)
            and (not part or row.get(part, "").lower() in PARTS)
        )

    kept = [place for place, row in enumerate(rows) if is_whole(row)]
    whole = [rows[place] for place in kept]
    columns: dict[str, np.ndarray] = {
        name: np.array([known[row[name]] for row in whole], dtype=np.int64) for name, known in places.items()
    }
    for name in numbers:
        columns[name] = np.array([number_in(row[name]) for row in whole], dtype=np.float32).reshape(-1, 1)
    if part:
        columns["part"] = np.array([PARTS[row[part].lower()] for row in whole], dtype=np.int8)
    if group:
        known_groups = {name: place for place, name in enumerate(dict.fromkeys(row.get(group, "") for row in whole))}
        columns["group"] = np.array([known_groups[row.get(group, "")] for row in whole], dtype=np.int64)
    return kept, columns


def number_in(cell: str | None) -> float:
    """The number that a cell has; not a number where it has none."""
    try:
        return float(cell or "nan")
    except ValueError:
        return math.nan
