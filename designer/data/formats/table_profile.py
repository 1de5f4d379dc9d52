"""What is in the columns of a table: asked of a part of the rows first, and then of all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from designer.data.formats.columns import ColumnType
from designer.data.readers._cells import DATE_PARTS, Cells
from designer.data.readers._tables import Table, Told, patiently

_SAMPLE_ROWS = 20_000
_SAMPLE_CELLS = 2_000_000
_AT_ONCE = 100
"""Columns that are asked about in one query."""
_MOSTLY = 0.95
"""Share of the cells that have to be numbers, or dates, for the column to be one of them."""
_FEW = 20
"""Whole numbers that can be classes; values that can be categories however few rows there are."""
_EXACT_ROWS = 1_000_000
"""Rows up to which different values are counted one by one."""
_LONG_TEXT = 30
_COMPACT_DATE = re.compile(r"(date|day|time|datum|tag)", re.IGNORECASE)
_NESTED = ("STRUCT", "MAP", "[]", "BLOB", "UNION", "[")


@dataclass(frozen=True)
class Sampled:
    """What a part of the rows says of a column: how many cells there are, and what they can be."""

    name: str
    filled: int
    numbers: int
    whole: int
    truths: int
    moments: int
    parts: int
    distinct: int
    length: float
    spaced: int
    is_nested: bool = False

    @property
    def type(self) -> ColumnType:
        """What the cells are."""
        if self.is_nested:
            return "text"
        if self.moments >= _MOSTLY * self.filled > 0 and not (self.numbers and not _COMPACT_DATE.search(self.name)):
            return "date"
        if self.truths == self.filled > self.numbers:
            return "yes_no"
        if self.numbers >= _MOSTLY * self.filled > 0:
            return "number"
        return self._of_words()

    def _of_words(self) -> ColumnType:
        if self.distinct <= max(_FEW, self.filled // 2):
            return "category"
        return "text" if self.length > _LONG_TEXT or self.spaced > self.filled / 2 else "identifier"

    @property
    def names_parts(self) -> bool:
        """Whether each cell is a word for training, validation or test, and there are at least two."""
        return self.parts == self.filled > 0 and self.distinct >= 2

    @property
    def has_few(self) -> bool:
        """Whether it has so few whole numbers that they can be classes."""
        return self.type == "number" and self.whole == self.filled and self.distinct <= min(_FEW, self.filled // 2 + 1)


@dataclass(frozen=True)
class Profile:
    """What all rows say of a column."""

    name: str
    type: ColumnType
    missing: int
    distinct: int
    counts: Mapping[str, int] = field(default_factory=dict)
    """Of categories and of few whole numbers: how many rows have each."""
    strange: int = 0
    """Cells that are not of the type."""
    infinite: int = 0
    least: float | str | None = None
    most: float | str | None = None
    mean: float | None = None
    deviation: float | None = None
    quartiles: tuple[float, float] | None = None
    is_whole: bool = False
    parts: tuple[str, ...] = ()
    """Of dates those that differ."""


def take_sample(table: Table, rows: int) -> None:
    """Makes the table `sampled` of rows that are always the same, spread over all."""
    wanted = max(1000, min(_SAMPLE_ROWS, _SAMPLE_CELLS // len(table.names)))
    every = -(-rows // wanted)
    columns = ", ".join(f"c{place}" for place in range(len(table.names)))
    where = f"WHERE hash({columns}) % {every} = 0" if every > 1 else ""
    table.connection.execute(f"CREATE TEMP TABLE sampled AS SELECT * FROM cells {where}")  # noqa: S608


def sampled(cells: Cells) -> list[Sampled]:
    """What the table `sampled` says of each column."""
    names = [field for field in Sampled.__dataclass_fields__ if field not in ("name", "is_nested")]

    def asked(name: str) -> list[str]:
        text, number = cells.text(name), cells.number(name)
        return [
            f"count({text})",
            f"count({number})",
            f"count(*) FILTER (WHERE {number} = floor({number}))",
            f"count({cells.truth(name)})",
            f"count({cells.moment(name)})",
            f"count({cells.part(name)})",
            f"count(DISTINCT {text})",
            f"coalesce(avg(length({text})), 0)",
            f"count(*) FILTER (WHERE {text} LIKE '% %')",
        ]

    found = _asked_of(cells, "sampled", cells.table.names, asked)
    kinds = dict(zip(cells.table.names, cells.table.types, strict=True))
    return [
        Sampled(name, **dict(zip(names, values, strict=True)), is_nested=any(item in kinds[name] for item in _NESTED))
        for name, values in found.items()
    ]


def profiled(
    cells: Cells,
    columns: Sequence[Sampled],
    types: Mapping[str, ColumnType],
    rows: int,
    targets: Collection[str] = (),
    part: str = "",
    told: Told = lambda done, of: None,
) -> list[Profile]:
    """What all rows say of each column, as being of those types.

    Where the column `part` says which rows are for the test, means and categories are those of the others; only the
    classes among the `targets` are those of all rows.
    """
    by_name = {item.name: item for item in columns}
    learned = f"FILTER (WHERE coalesce({cells.part(part)}, 0) <> 2)" if part else ""

    def asked(name: str) -> list[str]:
        return _of_type(cells, by_name[name], types[name], rows, learned, "" if name in targets else learned)

    found = _asked_of(cells, "cells", [item.name for item in columns], asked, told)
    return [_profile(by_name[name], types[name], rows, values) for name, values in found.items()]


def _of_type(cells: Cells, column: Sampled, kind: ColumnType, rows: int, learned: str, listed: str) -> list[str]:
    name, text = column.name, cells.text(column.name)
    count = "count(DISTINCT {})" if rows <= _EXACT_ROWS else "approx_count_distinct({})"
    asked = [f"count({text})", count.format(text)]
    if kind == "number":
        number, any_number = cells.number(name), cells.any_number(name)
        asked += [f"count({number})", f"count(*) FILTER (WHERE isinf({any_number}))"]
        asked += [f"min({number})", f"max({number})", f"avg({number}) {learned}", f"stddev_pop({number}) {learned}"]
        asked += [f"approx_quantile({number}, [0.25, 0.75])", f"bool_and({number} = floor({number}))"]
    if kind == "date":
        moment = cells.moment(name)
        asked += [f"count({moment})", f"min({moment})::VARCHAR", f"max({moment})::VARCHAR"]
        asked += [f"min({part}({moment})) < max({part}({moment}))" for part in DATE_PARTS.values()]
    if kind == "yes_no":
        asked += [f"count({cells.truth(name)})"]
    has_values = kind in ("category", "yes_no") or column.has_few
    return [*asked, f"histogram({text}) {listed}"] if has_values else asked


def _profile(column: Sampled, kind: ColumnType, rows: int, values: Sequence[Any]) -> Profile:
    filled, distinct, *rest = values
    counts = rest.pop() if rest and isinstance(rest[-1], dict) else {}
    made = Profile(column.name, kind, rows - filled, distinct, counts)
    if kind == "number":
        known, infinite, least, most, mean, deviation, quartiles, whole = rest[:8]
        ends = tuple(quartiles) if quartiles and None not in quartiles else None
        return replace(
            made,
            missing=rows - known - infinite,
            strange=filled - known - infinite,
            infinite=infinite,
            least=least,
            most=most,
            mean=mean,
            deviation=deviation,
            quartiles=ends,
            is_whole=bool(whole),
        )
    if kind == "date":
        known, least, most, *differ = rest[: 3 + len(DATE_PARTS)]
        parts = tuple(part for part, differs in zip(DATE_PARTS, differ, strict=True) if differs)
        return replace(made, missing=rows - known, strange=filled - known, least=least, most=most, parts=parts)
    if kind == "yes_no":
        return replace(made, missing=rows - rest[0], strange=filled - rest[0])
    return made


def _asked_of(
    cells: Cells,
    source: str,
    names: Iterable[str],
    asked: Callable[[str], list[str]],
    told: Told = lambda done, of: None,
) -> dict[str, tuple[Any, ...]]:
    """The answers to what is asked of each column, some columns at a time."""
    found: dict[str, tuple[Any, ...]] = {}
    names = list(names)
    for first in range(0, len(names), _AT_ONCE):
        questions = {name: asked(name) for name in names[first : first + _AT_ONCE]}
        query = ", ".join(question for several in questions.values() for question in several)
        patiently(cells.table.connection, f"SELECT {query} FROM {source}", [], told)  # noqa: S608
        answers = list(cells.table.connection.fetchone() or ())
        for name, several in questions.items():
            found[name], answers = tuple(answers[: len(several)]), answers[len(several) :]
    return found
