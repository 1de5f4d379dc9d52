"""One row of somebody's own for a table: typed, or the first one of a file; it is read as all others are."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from designer.data.errors import DataError
from designer.data.formats import table_plan
from designer.data.formats.one_sample import told_as
from designer.data.formats.table_options import TableOptions
from designer.data.readers._text_files import rows_in, rows_of
from designer.data.readers.table import read_table
from designer.data.samples import Array

_EXPECTED = "a row of the table"


def sample_of(given: Path | str, options: TableOptions) -> Mapping[str, Array]:
    """The columns of samples that are made of a row, without an axis for samples. Raises DataError.

    A column that is not named is missing in it.
    """
    names = inputs_of(options)
    cells = _cells_in(given, names, [item.name for item in options.columns])
    taken = tuple(item for item in options.columns if item.role == "input")
    plain = options.model_copy(
        update={
            "columns": taken,
            "encoding": "utf-8",
            "delimiter": "comma",
            "header": "yes",
            "skipped": 0,
            "sheet": "",
            "faults": "refuse",
        }
    )
    with TemporaryDirectory(prefix="row-") as folder, told_as(given, _EXPECTED):
        path = Path(folder, "row.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([names, [cells.get(name, "") for name in names]])
        columns = read_table(path, **table_plan.arguments_of(plain))
    return {name: column[0] for name, column in columns.items()}


def inputs_of(options: TableOptions) -> list[str]:
    """The columns that a network is given."""
    return [item.name for item in options.columns if item.role == "input"]


def _cells_in(given: Path | str, inputs: list[str], names: list[str]) -> Mapping[str, str]:
    """The cells of a row by the names of their columns. Raises DataError."""
    place = f"{given}: " if isinstance(given, Path) else ""
    with told_as(given, _EXPECTED):
        rows = rows_of(given) if isinstance(given, Path) else rows_in(given)
    if not rows:
        raise DataError(f"{place}expected {_EXPECTED}")
    if isinstance(given, str) and "=" in given:
        return _named([cell for row in rows for cell in row], inputs)
    if len(rows) > 1 and set(rows[0]) & set(inputs):
        return dict(zip(rows[0], rows[1], strict=False))
    for columns in (inputs, names):
        if len(rows[0]) == len(columns):
            return dict(zip(columns, rows[0], strict=True))
    raise DataError(f"{place}expected {len(inputs):,} cells ({', '.join(inputs[:10])}), got {len(rows[0]):,}")


def _named(pairs: list[str], inputs: list[str]) -> Mapping[str, str]:
    """The cells of name=value. Raises DataError for what is none, and for a name that no column has."""
    cells = {}
    for pair in filter(None, pairs):
        name, sign, value = (part.strip() for part in pair.partition("="))
        if not sign:
            raise DataError(f"expected name=value, got {pair!r}")
        if name not in inputs:
            raise DataError(f"no column is called {name!r}: expected one of {', '.join(inputs[:20])}")
        cells[name] = value
    return cells
