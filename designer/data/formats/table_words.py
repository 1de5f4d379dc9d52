"""A row of a person's own table in words: its cells, as far as they can be told from what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from math import atan2, pi
from typing import TYPE_CHECKING

from designer.data.formats.row_words import MISSING, number_told

if TYPE_CHECKING:
    from designer.data.formats.table_options import TableOptions
    from designer.data.samples import Array

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORTEST = 0.5
"""Of sine and cosine together: those of a missing date are 0."""


def row_of_table(
    options: TableOptions, values: Mapping[str, Array], words: Mapping[str, tuple[str, ...]]
) -> list[tuple[str, str]]:
    """The cells of a row by the columns of the file, as they stood there as far as that can be told."""
    from designer.data.formats import table_plan

    plan, names = table_plan.becomes(options), table_plan.names_of(options)
    numbers = dict(zip(table_plan.numbers_of(options)[0], _numbers(values), strict=False))
    gaps = {name for name in table_plan.gaps_of(options) if numbers.get(_short(f"{name} is missing"), 0) > 0.5}
    row = []
    for name, (kind, *rest) in plan.items():
        if kind == "tokens" and names[name] in values:
            row.append((name, " ".join(words.get(names[name], ()))))
        elif kind in ("number", "yes_no", "date", "one_hot") and numbers:
            told = MISSING if name in gaps else _cell(name, kind, rest, numbers)
            row.append((name, told))
    return row


def _numbers(values: Mapping[str, Array]) -> list[float]:
    from designer.data.formats.table_plan import NUMBERS

    found: list[float] = values[NUMBERS].tolist() if NUMBERS in values else []
    return found


def _short(name: str) -> str:
    return name[:500]


def _cell(name: str, kind: str, rest: list[str], numbers: Mapping[str, float]) -> str:
    if kind == "number":
        return number_told(numbers[_short(name)] + sum(map(float, rest)))
    if kind == "yes_no":
        return "yes" if numbers[_short(name)] > 0.5 else "no"
    if kind == "date":
        return _date(name, rest, numbers)
    told = {value: numbers.get(_short(f"{name} = {value}" if value else f"{name} is missing"), 0) for value in rest}
    chosen = next((value for value, share in told.items() if share > 0.5), None)
    return "other" if chosen is None else chosen or MISSING


def _date(name: str, parts: list[str], numbers: Mapping[str, float]) -> str:
    """A date where all of it is known, else the parts that are."""
    told = {part: _part_of_date(name, part, numbers) for part in parts}
    if None in told.values():
        return MISSING
    if {"year", "month", "day"} <= told.keys():
        hour = f" {told['hour']:02}:00" if "hour" in told else ""
        return f"{told['year']}-{told['month']:02}-{told['day']:02}{hour}"
    words = (_WEEKDAYS[int(place or 1) - 1] if part == "weekday" else f"{part} {place}" for part, place in told.items())
    return ", ".join(words)


def _part_of_date(name: str, part: str, numbers: Mapping[str, float]) -> int | None:
    """All parts but the year are places on a circle; at its middle where the date is missing."""
    from designer.data.readers._cells import CYCLES

    if part == "year":
        return round(numbers[_short(f"{name} year")])
    sine, cosine = (numbers[_short(f"{name} {part} {wave}")] for wave in ("sin", "cos"))
    if sine**2 + cosine**2 < _SHORTEST:
        return None
    first, count = CYCLES[part]
    return round(atan2(sine, cosine) / (2 * pi) * count) % count + first
