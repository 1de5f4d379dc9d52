"""Rows of a table with a point before fractions, whatever stands there in its file."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

from designer.data.readers._text_files import AUTO, rows_of

WITH_COMMA = re.compile(r"[-+]?(\d{1,3}(\.\d{3})+|\d*),\d+([eE][-+]?\d+)?")
WITH_POINT = re.compile(r"[-+]?\d*\.\d+([eE][-+]?\d+)?")
THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(\.\d{3})+")
EITHER = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
"""What may be a number with a fraction of three digits, or with thousands."""
LOOKED_AT = 200
"""Rows that tell which sign it is."""


def number_rows(path: Path, encoding: str = AUTO) -> list[list[str]]:
    """The rows of a table, without empty ones, and with points before fractions."""
    return with_points(rows_of(path, encoding=encoding))


def with_points(rows: list[list[str]]) -> list[list[str]]:
    """The same rows; where more numbers have a comma before their fractions than a point, these have points now."""
    cells = [cell for cell in chain.from_iterable(rows[:LOOKED_AT]) if not EITHER.fullmatch(cell)]
    commas = sum(bool(WITH_COMMA.fullmatch(cell)) for cell in cells)
    points = sum(bool(WITH_POINT.fullmatch(cell)) for cell in cells)
    return [list(map(with_point, row)) for row in rows] if commas > points else rows


def with_point(cell: str) -> str:
    """A number that has a comma before its fraction, with a point; any other text as it is."""
    is_number = WITH_COMMA.fullmatch(cell) or THOUSANDS.fullmatch(cell)
    return cell.replace(".", "").replace(",", ".") if is_number else cell
