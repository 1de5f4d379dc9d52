"""Whether the numbered columns of a table are steps in time, so that a row is a curve, or columns like any others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import isqrt

import numpy as np

from designer.data.readers.sequences import is_number, number_of

MANY = 8
"""Columns of numbers from which on a row may be a curve."""
_TIMES = frozenset(
    ("t", "ts", "time", "timestep", "step", "tick", "frame", "lag", "ms", "s", "sec", "second", "min", "minute")
) | frozenset(("h", "hour", "d", "day", "date", "w", "week", "m", "month", "q", "quarter", "y", "year"))
"""What stands before the number in the name of a moment, in lower case and without marks between."""
_VERY_MANY = 128
"""Columns that are numbered alike, from which on they are hardly ever those of a table."""
_FEWEST_ROWS = 5
"""Rows from which on it can be told which columns are alike."""
_MUCH_ALIKER = 0.5


def numbered(names: Sequence[str]) -> list[str]:
    """The names that differ by a number alone: t0, t1, …, or 0, 1, …; none where they are few."""
    by_prefix: dict[str, list[str]] = {}
    for name in names:
        if found := re.fullmatch(r"(.*?)(\d+)", name):
            by_prefix.setdefault(found[1], []).append(name)
    most = max(by_prefix.values(), key=len, default=[])
    return most if len(most) >= MANY else []


def speak_of_time(names: Sequence[str]) -> bool:
    """Whether numbered names are those of moments: t0, Step 1, day_01."""
    return all(re.sub(r"[\d\W_]", "", name).lower() in _TIMES for name in names)


def follow_each_other(rows: Sequence[Sequence[str]], places: Sequence[int]) -> bool:
    """Whether columns are far more alike to their neighbours than to others, as moments are; or are very many.

    Columns of a table stand in any order: one is to that beside it as it is to any. What is compared is how much they
    vary together over the rows, so that no column counts for more because its numbers are larger.
    """
    if len(places) >= _VERY_MANY:
        return not _may_be_pixels(rows, places)
    table = np.array([[_number_in(row, place) for place in places] for row in rows], dtype=np.float64)
    table = table[~np.isnan(table).any(axis=1)]
    if len(table) < _FEWEST_ROWS:
        return False
    table = table[:, np.ptp(table, axis=0) > 0]
    if table.shape[1] < MANY:
        return False
    with np.errstate(all="ignore"):  # numbers whose squares have no room
        together = np.asarray(np.corrcoef(table, rowvar=False))
    beside = np.diagonal(together, 1)
    others = together[np.triu_indices(len(together), 2)]
    return bool(1 - beside.mean() < _MUCH_ALIKER * (1 - others.mean()))


def _may_be_pixels(rows: Sequence[Sequence[str]], places: Sequence[int]) -> bool:
    """Whether they are as many as a square has, and whole numbers from 0 to 255."""
    if isqrt(len(places)) ** 2 != len(places):
        return False
    cells = {row[place].strip().removesuffix(".0") for row in rows for place in places if place < len(row)}
    return all(cell.isdecimal() and int(cell) <= 255 for cell in cells)


def _number_in(row: Sequence[str], place: int) -> float:
    """A cell; nan where it is missing, or no number."""
    written = row[place].strip() if place < len(row) else ""
    return number_of(written) if is_number(written) else float("nan")
