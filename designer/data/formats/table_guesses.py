"""What the columns of a table are likely to be, where a person has not said it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import floor, isfinite, log10

from designer.data.formats.columns import ColumnChoice, ColumnType, Role
from designer.data.formats.table_options import TableOptions
from designer.data.formats.table_profile import Profile, Sampled

_GROUPS = re.compile(r"(subject|patient|participant|person|group)([ _]?(id|nr|no|number))?\Z", re.IGNORECASE)
_IDENTIFIER = re.compile(r"(.*[ _])?(id|uuid|guid|index|key|nr|no|row|rownames|unnamed: 0)\Z", re.IGNORECASE)
_CAMEL_IDENTIFIER = re.compile(r".*[a-z](Id|ID|Nr|No)\Z")
_MANY_ROWS = 30
"""Rows from which a column that counts them is no coincidence."""
_FAR = 10_000
"""Deviations of a mean from 0, from which a float32 keeps less than three digits of what differs."""
MOST_TOKENS = 10_000
"""Values of a category that have a token of their own, the most frequent ones."""


def part_of(columns: Sequence[Sampled]) -> str:
    """The column that says which part each row belongs to."""
    return next((item.name for item in columns if item.names_parts), "")


def types_of(columns: Sequence[Sampled], given: Mapping[str, ColumnChoice], target: str) -> dict[str, ColumnType]:
    """The types as a person gave them, or as the cells are; few whole numbers that are learned are classes."""
    made: dict[str, ColumnType] = {}
    for item in columns:
        if item.name in given:
            made[item.name] = given[item.name].type
        else:
            made[item.name] = "category" if item.name == target and item.has_few else item.type
    return made


def roles_of(profiles: Sequence[Profile], rows: int, target: str, part: str) -> dict[str, Role]:
    """The roles that columns are likely to have."""
    return {item.name: _role(item, rows, target, part) for item in profiles}


def _role(column: Profile, rows: int, target: str, part: str) -> Role:
    if column.name == target:
        return "target"
    if column.name == part:
        return "part"
    if column.distinct <= 1 or column.type in ("text", "identifier") or identifies(column, rows):
        return "ignored"
    return "group" if _GROUPS.match(column.name) and column.distinct * 2 <= rows else "input"


def identifies(column: Profile, rows: int) -> bool:
    """Whether each row has a whole number of its own, in a column that is called so or counts the rows."""
    if column.type != "number" or not column.is_whole or column.distinct < 0.95 * rows or column.missing:
        return False
    called = bool(_IDENTIFIER.match(column.name) or _CAMEL_IDENTIFIER.match(column.name))
    counts = isinstance(column.most, float) and isinstance(column.least, float)
    counts = counts and float(column.most or 0) - float(column.least or 0) + 1 == rows >= _MANY_ROWS
    return called or counts


def choice_of(column: Profile, role: Role, options: TableOptions) -> ColumnChoice:
    """The column with all that follows from its role and its type."""
    made = ColumnChoice(name=column.name, role=role, type=column.type)
    if role == "target":
        if column.type != "number":
            return made.model_copy(update={"values": in_order(column.counts)})
        offset, scale = _units(column) if options.target_scale == "standardised" else (0.0, 1.0)
        return made.model_copy(update={"offset": offset, "scale": scale})
    if role != "input":
        return made
    if column.type in ("category", "text", "identifier"):
        return made.model_copy(update={"values": _values(column, options)})
    gaps = bool(column.missing or column.strange or column.infinite)
    return made.model_copy(update={"parts": column.parts, "gaps": gaps, "offset": _offset(column)})


def in_order(values: Iterable[str]) -> tuple[str, ...]:
    """Numbers by their size, words by their letters."""
    try:
        return tuple(sorted(values, key=lambda value: (float(value), value)))
    except ValueError:
        return tuple(sorted(values))


def _values(column: Profile, options: TableOptions) -> tuple[str, ...]:
    """All of few; of many the most frequent ones, without those that only one row has."""
    if len(column.counts) <= options.one_hot_up_to:
        return (*in_order(column.counts), *([""] if column.missing else []))
    ranked = sorted(column.counts, key=lambda value: (-column.counts[value], value))
    return tuple([value for value in ranked if column.counts[value] > 1][:MOST_TOKENS]) or tuple(ranked[:MOST_TOKENS])


def _offset(column: Profile) -> float:
    """A number in the midst of those that a float32 would not tell apart, as seconds since 1970 of one day; else 0."""
    if column.type != "number" or not column.deviation or column.mean is None or not isfinite(column.deviation):
        return 0.0
    return _units(column)[0] if abs(column.mean) > _FAR * column.deviation else 0.0


def _units(column: Profile) -> tuple[float, float]:
    """An offset and a scale near mean and deviation, with two digits: a person can read them."""
    if not column.deviation or column.mean is None:
        return 0.0, 1.0
    if not isfinite(column.deviation):  # the squares of such numbers have no room
        largest = max(abs(float(end)) for end in (column.least, column.most) if end is not None)
        return 0.0, 10.0 ** floor(log10(largest))
    digits = 1 - floor(log10(column.deviation))
    return round(column.mean, digits), round(column.deviation, digits)
