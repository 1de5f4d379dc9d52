"""What is in the columns of a table: asked of a part of the rows first, and then of all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from designer.data.formats.columns import ColumnType
from designer.data.readers._cells import DATE_PARTS, Cells
from designer.data.readers._tables import OpenTable, Told, patiently

SAMPLE_ROWS = 20_000
_SAMPLE_CELLS = 2_000_000
_AT_ONCE = 25
"""Columns that are asked about in one query."""
_MOST_HELD = 10_000_000
"""Cells up to which those of many columns are held."""
_CHECKED_AT_ONCE = 100
"""Columns that are looked at together for numbers alone."""
_MOSTLY = 0.95
"""Share of the cells that have to be numbers, or dates, for the column to be one of them."""
_FEW = 20
"""Whole numbers that can be classes; values that can be categories however few rows there are."""
MOST_LOOKED_AT = 1_000_000
"""Rows up to which all of them say where the quarters of a column lie; of more the sample does."""
_EXACT_ROWS = 20_000
"""Rows up to which different values are counted one by one."""
_DISTINCT = "coalesce(length(list_distinct(list({text}))), 0)"
"""How many different values there are; count(DISTINCT …) takes 20 MB for each column that it is asked of."""
_LONG_TEXT = 30
_COMPACT_DATE = re.compile(r"(date|day|time|datum|tag)", re.IGNORECASE)
Asked = tuple[Mapping[str, str], list[str]]
"""What the cells of a column mean, by names of our own, and what is asked of all of them, with {names} for these."""
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
    quartiles: Sequence[float] | None = None
    is_nested: bool = False

    @property
    def type(self) -> ColumnType:
        """What the cells are."""
        if self.is_nested:
            return "text"
        if self.moments >= _MOSTLY * self.filled > 0 and not (self.numbers and not _COMPACT_DATE.search(self.name)):
            return "date"
        if self.truths == self.filled > 0:
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


class NamedCells(Cells):
    """What cells mean, where their texts and numbers have been found already and have names of their own.

    To find a number takes patterns, which DuckDB reads anew wherever they stand in a query: that takes longer than to
    look at thousands of rows.
    """

    def text(self, name: str) -> str:
        """Its name."""
        return f"text_{self.cell(name)}"

    def any_number(self, name: str) -> str:
        """Its name."""
        return f"number_{self.cell(name)}"


class _PlainCells(NamedCells):
    """Cells that are numbers as computers write them, or missing."""

    def any_number(self, name: str) -> str:
        """As DOUBLE."""
        return f"TRY_CAST({self.cell(name)} AS DOUBLE)"


def _plain_numbers(cells: Cells) -> frozenset[str]:
    """The columns of the table `sampled` that are such: nothing else has to be tried on them, which takes longest.

    Those that may be dates by their names are left out.
    """
    if cells.decimal != "point":
        return frozenset()
    found: set[str] = set()
    kinds = zip(cells.table.names, cells.table.types, strict=True)
    names = [name for name, kind in kinds if kind == "VARCHAR" or cells.has_numbers(name)]
    names = [name for name in names if not _COMPACT_DATE.search(name)]
    for first in range(0, len(names), _CHECKED_AT_ONCE):
        some = names[first : first + _CHECKED_AT_ONCE]
        asked = (
            f"bool_and({cells.text(name)} IS NULL OR isfinite(TRY_CAST({cells.cell(name)} AS DOUBLE)))" for name in some
        )
        answers = cells.table.connection.execute(f"SELECT {', '.join(asked)} FROM sampled").fetchone() or ()
        found |= {name for name, is_plain in zip(some, answers, strict=True) if is_plain}
    return frozenset(found)


class _NamedTexts(Cells):
    """What cells mean, where their texts have names."""

    def text(self, name: str) -> str:
        """Its name."""
        return f"text_{self.cell(name)}"


def _with_names(cells: Cells, names: Iterable[str], parts: Iterable[str], source: str) -> str:
    """A query for all columns with those texts and numbers, by their names, that are asked for."""
    named, asked = NamedCells(cells.table, cells.decimal, cells.dates), " ".join(parts)
    by_texts = _NamedTexts(cells.table, cells.decimal, cells.dates)
    some = list(names)
    texts = "".join(f", {cells.text(name)} AS {named.text(name)}" for name in some)
    numbers = "".join(
        f", {by_texts.any_number(name)} AS {found}" for name in some if (found := named.any_number(name)) in asked
    )
    return f"(SELECT *{numbers} FROM (SELECT *{texts} FROM {source}))"


def hold(table: OpenTable, rows: int) -> None:
    """Has a file with many columns read once: they are asked about some at a time, each time of the whole file."""
    if _AT_ONCE < len(table.names) <= _MOST_HELD // max(rows, 1):
        table.connection.execute("CREATE TEMP TABLE held AS SELECT * FROM cells")
        table.connection.execute("CREATE OR REPLACE VIEW cells AS SELECT * FROM held")


def take_sample(table: OpenTable, rows: int) -> None:
    """Makes the table `sampled` of rows that are always the same, spread over all."""
    wanted = max(1000, min(SAMPLE_ROWS, _SAMPLE_CELLS // len(table.names)))
    every = -(-rows // wanted)
    columns = ", ".join(f"c{place}" for place in range(len(table.names)))
    where = f"WHERE hash({columns}) % {every} = 0" if every > 1 else ""
    table.connection.execute(f"CREATE TEMP TABLE sampled AS SELECT * FROM cells {where}")


def sampled(cells: Cells) -> list[Sampled]:
    """What the table `sampled` says of each column."""
    names = [field for field in Sampled.__dataclass_fields__ if field not in ("name", "is_nested")]

    plain = _plain_numbers(cells)
    how = (cells.table, cells.decimal, cells.dates)

    def asked(name: str) -> Asked:
        return _of_numbers(_PlainCells(*how), name) if name in plain else _of_anything(NamedCells(*how), name)

    found = _asked_of(cells, "sampled", cells.table.names, asked)
    kinds = dict(zip(cells.table.names, cells.table.types, strict=True))
    return [
        Sampled(name, **dict(zip(names, values, strict=True)), is_nested=any(item in kinds[name] for item in _NESTED))
        for name, values in found.items()
    ]


def _of_anything(cells: Cells, name: str) -> Asked:
    number = cells.number(name)
    no_number = "true" if _COMPACT_DATE.search(name) else f"{number} IS NULL"  # spares most of the work
    parts = {
        "text": cells.text(name),
        "filled": cells.filled(name),
        "number": number,
        "truth": f"CASE WHEN {number} IS NULL THEN {cells.truth(name)} END",
        "moment": f"CASE WHEN {no_number} THEN {cells.moment(name)} END",
        "part": f"CASE WHEN {number} IS NULL THEN {cells.part(name)} END",
    }
    return parts, [
        "count({filled})",
        "count({number})",
        "count(*) FILTER (WHERE {number} = floor({number}))",
        "count({truth})",
        "count({moment})",
        "count({part})",
        _DISTINCT,
        "coalesce(avg(length({text})), 0)",
        "count(*) FILTER (WHERE {text} LIKE '% %')",
        "approx_quantile({number}, [0.25, 0.75])",
    ]


def _of_numbers(cells: Cells, name: str) -> Asked:
    """The same of a column of which it is known that it has nothing else; how long its texts are says nothing."""
    parts = {"text": cells.text(name), "number": cells.any_number(name)}
    is_whole = "count(*) FILTER (WHERE {number} = floor({number}))"
    filled = ["count({number})", "count({number})", is_whole]
    return parts, [*filled, "0", "0", "0", _DISTINCT, "0", "0", "approx_quantile({number}, [0.25, 0.75])"]


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
    learned = "FILTER (WHERE is_learned)" if part else ""
    named = NamedCells(cells.table, cells.decimal, cells.dates)

    def asked(name: str) -> Asked:
        return _of_type(named, by_name[name], types[name], rows, learned, "" if name in targets else learned)

    source = f"(SELECT *, coalesce({cells.part(part)}, 0) <> 2 AS is_learned FROM cells)" if part else "cells"
    found = _asked_of(cells, source, [item.name for item in columns], asked, told)
    return [_profile(by_name[name], types[name], rows, values) for name, values in found.items()]


def _of_type(cells: Cells, column: Sampled, kind: ColumnType, rows: int, learned: str, listed: str) -> Asked:
    name = column.name
    text = cells.text(name)
    parts = {"text": text, "filled": cells.filled(name) if kind == "number" else text}
    count = _DISTINCT.replace("text", "filled") if rows <= _EXACT_ROWS else "approx_count_distinct({filled})"
    asked = ["count({filled})", count]
    if kind == "number":
        parts |= {"number": cells.number(name), "any": cells.any_number(name)}
        asked += ["count({number})", "count(*) FILTER (WHERE isinf({any}))", "min({number})", "max({number})"]
        asked += [f"avg({{number}}) {learned}", f"stddev_pop({{number}}) {learned}"]
        asked += ["approx_quantile({number}, [0.25, 0.75])" if rows <= MOST_LOOKED_AT else "NULL"]
        asked += ["bool_and({number} = floor({number}))"]
    if kind == "date":
        parts["moment"] = cells.moment(name)
        asked += ["count({moment})", "min({moment})::VARCHAR", "max({moment})::VARCHAR"]
        asked += [f"min({part}({{moment}})) < max({part}({{moment}}))" for part in DATE_PARTS.values()]
    if kind == "yes_no":
        parts["truth"] = cells.truth(name)
        asked += ["count({truth})"]
    has_values = kind in ("category", "yes_no") or column.has_few
    return parts, [*asked, f"histogram({{text}}) {listed}"] if has_values else asked


def _profile(column: Sampled, kind: ColumnType, rows: int, values: Sequence[Any]) -> Profile:
    filled, distinct, *rest = values
    counts = rest.pop() if rest and isinstance(rest[-1], dict) else {}
    made = Profile(column.name, kind, rows - filled, distinct, counts)
    if kind == "number":
        known, infinite, least, most, mean, deviation, quartiles, whole = rest[:8]
        quartiles = quartiles or column.quartiles
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
    asked: Callable[[str], Asked],
    told: Told = lambda done, of: None,
) -> dict[str, tuple[Any, ...]]:
    """The answers to what is asked of each column, some columns at a time."""
    found: dict[str, tuple[Any, ...]] = {}
    names = list(names)
    for first in range(0, len(names), _AT_ONCE):
        some = names[first : first + _AT_ONCE]
        parts, counts, questions = [], [], []
        for place, name in enumerate(some):
            meanings, wanted = asked(name)
            called = {part: f"{part}{place}" for part in meanings}
            parts += [f"{meanings[part]} AS {alias}" for part, alias in called.items()]
            questions += [question.format(**called) for question in wanted]
            counts.append(len(wanted))
        meant = f"SELECT *, {', '.join(parts)} FROM {_with_names(cells, some, parts, source)}"
        patiently(cells.table.connection, f"SELECT {', '.join(questions)} FROM ({meant})", [], told)
        answers = iter(cells.table.connection.fetchone() or ())
        found |= {name: tuple(islice(answers, count)) for name, count in zip(some, counts, strict=True)}
    return found
