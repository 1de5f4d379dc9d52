"""Reads a table: numbers, parts of dates, categories as numbers of their own or tokens, and what is to be learned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from math import pi
from pathlib import Path
from typing import Any

import numpy as np

from designer.data.readers._cells import CYCLES, DATE_PARTS, Cells
from designer.data.readers._tables import OpenTable, Told, line_at, opened_table, patiently

Columns = Mapping[str, Sequence[Any]]
"""What becomes of columns, by their names."""
IF_MISSING = {"REAL": "'nan'", "DOUBLE": "'nan'", "BIGINT": "-1"}
"""What stands for a missing value, by what DuckDB calls numbers of that kind."""


def read_table(
    path: Path,
    columns: Columns,
    room: float = float("inf"),
    told: Told = lambda done, of: None,
    pixels: int = 0,
    **how: Any,
) -> dict[str, np.ndarray]:
    """The samples in a table. `columns` says what becomes of each column; others are not read.

    `numbers`, float32 [N, F], has in this order
    - ("number",), ("yes_no",) and the year of a date: as they are, NaN where they are missing; ("number", offset) is
      the number less the offset, so that a float32 tells large numbers apart;
    - ("date", "year", "month", …): sine and cosine of each part but the year, as Monday follows Sunday; 0 if missing;
    - ("one_hot", "Rome", "Paris", …): 1 for the value that it is, 0 for the others; "" is a missing one;
    - 1 for each of `gaps_told` whose cell is missing.
    A column of ("tokens", …) is int64 [N, 1]: the number of its value, from 1; 0 for others and if it is missing. One
    of ("amount", offset, scale) is (number − offset) / scale, float32 [N, 1], one of ("class", …) int64 [N]; a row
    without it is left out. ("group",) gives `groups`, int64 [N], the same in rows that belong together; ("time",)
    `spans`, int64 [N, 2], places in time, and rows without one are left out; ("part",) `part`, int8 [N], 0 to learn
    from, 1 to validate with, 2 to test with.

    With `pixels` all numbers are those of a grey picture that is so many pixels high and wide: they become `image`.

    `called` has other names for columns. With `whole_rows` a row is left out where a number is missing. `repeated` says
    whether to "keep" rows that are alike, or to take them "once", and `faults` whether to "leave_out" lines with too
    few or too many cells, or to "refuse" them. At most `room` bytes are taken; `how` is given to taken_rows, which
    gives what it does not take to opened_table. All is held in memory. Raises ValueError and duckdb.Error.
    """
    with taken_rows(path, columns, told=told, **how) as taken:
        if taken.count * (8 * taken.width + 32 * len(taken.others)) > room:
            raise ValueError(
                f"{taken.count:,} rows of {taken.width + len(taken.others):,} numbers do not fit into memory: "
                "ignore columns, or have them streamed"
            )
        made = {"numbers": side_by_side(taken)} if taken.numbers else {}
        made = {"image": as_pictures(made["numbers"], pixels)} if pixels else made
        return made | {name: taken.others[name].made(values) for name, values in columns_of(taken)}


@dataclass(frozen=True)
class Piece:
    """Some numbers of each row: what DuckDB is asked for, and what makes them of it."""

    asked: str
    made: Callable[[np.ndarray], np.ndarray]
    type: str = "REAL"
    size: int = 1
    needed: str = ""
    """What has to hold of a row that is taken."""


@dataclass(frozen=True)
class TakenRows:
    """The rows that are taken of a table, which wait in the table `taken`: columns v0, v1, …, one for each piece."""

    table: OpenTable
    numbers: Sequence[Piece]
    """Those that stand side by side."""
    others: Mapping[str, Piece]
    """Behind them, those that are columns of their own."""
    tokens: Sequence[str]
    """Which of these are taken by the network."""
    count: int

    @property
    def width(self) -> int:
        """How many numbers stand side by side."""
        return sum(piece.size for piece in self.numbers)


@contextmanager
def taken_rows(
    path: Path,
    columns: Columns,
    gaps_told: Sequence[str] = (),
    called: Mapping[str, str] | None = None,
    whole_rows: bool = False,
    repeated: str = "keep",
    faults: str = "leave_out",
    decimal: str = "point",
    dates: str = "iso",
    told: Told = lambda done, of: None,
    **reading: Any,
) -> Iterator[TakenRows]:
    """The rows that `read_table` takes with these arguments, which DuckDB has in memory or in a file."""
    with opened_table(path, told=told, **reading) as table:
        cells = Cells(table, decimal, dates)
        pieces = [*raw_numbers(cells, columns), *circles(cells, columns), *one_hot(cells, columns)]
        pieces += missing_cells(cells, columns, gaps_told)
        others = {**tokens(cells, columns), **learned(cells, columns), **shared(cells, columns)}
        needed = [piece.needed for piece in (*(pieces if whole_rows else ()), *others.values()) if piece.needed]
        count = take_rows(table, [*pieces, *others.values()], needed, repeated, told)
        if faults == "refuse":
            refuse_faults(table)
        names = {name: (called or {}).get(name, name) for name in others}
        kept = {names[name]: piece for name, piece in others.items()}
        yield TakenRows(table, pieces, kept, [names[name] for name, _ in of_kind(columns, "tokens")], count)


def of_kind(columns: Columns, kind: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The columns of which that becomes, with what stands behind it."""
    return ((name, tuple(rest)) for name, (first, *rest) in columns.items() if first == kind)


def raw_numbers(cells: Cells, columns: Columns) -> Iterator[Piece]:
    """Numbers, 1 for yes and 0 for no, and years."""
    for name, (kind, *parts) in columns.items():
        if kind in ("number", "yes_no") or (kind == "date" and "year" in parts):
            asked = cells.number(name) if kind == "number" else cells.truth(name)
            asked = f"({asked} - {parts[0]!r})" if kind == "number" and parts else asked
            asked = f"year({cells.moment(name)})" if kind == "date" else asked
            yield Piece(asked, upright, needed=f"{asked} IS NOT NULL")


def circles(cells: Cells, columns: Columns) -> Iterator[Piece]:
    """Parts of dates that begin anew."""
    for name, parts in of_kind(columns, "date"):
        for part in parts:
            if part != "year":
                first, count = CYCLES[part]
                asked = f"({DATE_PARTS[part]}({cells.moment(name)}) - {first}) * {2 * pi / count}"
                yield Piece(asked, on_circle, size=2)


def one_hot(cells: Cells, columns: Columns) -> Iterator[Piece]:
    """A number for each value of a column."""
    for name, values in of_kind(columns, "one_hot"):
        yield Piece(cells.place_among(name, values), partial(chosen, len(values)), "BIGINT", len(values))


def missing_cells(cells: Cells, columns: Columns, gaps: Sequence[str]) -> Iterator[Piece]:
    """Whether cells are missing."""
    meanings = {"number": cells.number, "yes_no": cells.truth, "date": cells.moment}
    for name in gaps:
        yield Piece(f"CAST({meanings[columns[name][0]](name)} IS NULL AS REAL)", upright)


def tokens(cells: Cells, columns: Columns) -> dict[str, Piece]:
    """Values by their numbers, from 1."""
    return {
        name: Piece(cells.place_among(name, values), counted_from_1, "BIGINT")
        for name, values in of_kind(columns, "tokens")
    }


def learned(cells: Cells, columns: Columns) -> dict[str, Piece]:
    """What is to be learned, in the order of the columns."""
    found = {}
    for name, (kind, *rest) in columns.items():
        if kind == "amount":
            number = cells.number(name)
            found[name] = Piece(number, partial(scaled, *rest), "DOUBLE", needed=f"{number} IS NOT NULL")
        elif kind == "class":
            place = cells.place_among(name, rest)
            found[name] = Piece(place, partial(known, name), "BIGINT", needed=f"{cells.text(name)} IS NOT NULL")
    return found


def shared(cells: Cells, columns: Columns) -> dict[str, Piece]:
    """What says which rows belong together, when they were, and which part they belong to."""
    found = {}
    for name, _ in of_kind(columns, "group"):
        found["groups"] = Piece(cells.place(name), whole, "BIGINT")
    for name, _ in of_kind(columns, "time"):
        asked = f"coalesce({cells.number(name)}, epoch({cells.moment(name)}))"
        found["spans"] = Piece(asked, places_in_time, "DOUBLE", needed=f"{asked} IS NOT NULL")
    for name, _ in of_kind(columns, "part"):
        found["part"] = Piece(cells.part(name), parts_of_rows, "BIGINT")
    return found


def take_rows(table: OpenTable, pieces: Sequence[Piece], needed: Sequence[str], repeated: str, told: Told) -> int:
    """Reads what the pieces ask for, and gives the number of rows. Raises ValueError where there is none."""
    asked = ", ".join(
        f"coalesce(TRY_CAST({piece.asked} AS {piece.type}), {IF_MISSING[piece.type]}) AS v{place}"
        for place, piece in enumerate(pieces)
    )
    where = " AND ".join(needed) or "true"
    patiently(table.connection, f"CREATE TEMP TABLE taken AS SELECT {asked} FROM cells WHERE {where}", [], told)
    if repeated == "once":
        alike = ", ".join(f"v{place}" for place in range(len(pieces)))
        first = f"SELECT min(rowid) FROM taken GROUP BY {alike}"
        table.connection.execute(f"DELETE FROM taken WHERE rowid NOT IN ({first})")
    found = table.connection.execute("SELECT count(*) FROM taken").fetchone()
    if not found or not found[0]:
        raise ValueError("no row is left that has all that is to be learned")
    return int(found[0])


def refuse_faults(table: OpenTable) -> None:
    """Raises ValueError where a line has too few or too many cells."""
    found = table.faults()
    if found and table.lines:
        lines = ", ".join(f"{line_at(table.lines, place):,}" for place, _ in found[:5])
        raise ValueError(f"expected {len(table.names)} cells in each line, but not so in line {lines}: leave them out")


def column_of(table: OpenTable, place: int) -> np.ndarray:
    """What the piece at a place asked for, row by row."""
    name = f"v{place}"
    values: np.ndarray = table.connection.execute(f"SELECT {name} FROM taken").fetchnumpy()[name]
    return values


def columns_of(taken: TakenRows) -> Iterator[tuple[str, np.ndarray]]:
    """What the pieces that are columns of their own asked for, one after the other."""
    for place, name in enumerate(taken.others, len(taken.numbers)):
        yield name, column_of(taken.table, place)


def side_by_side(taken: TakenRows) -> np.ndarray:
    """The numbers of all pieces, float32 [N, F]."""
    numbers = np.empty((taken.count, taken.width), dtype=np.float32)
    begin = 0
    for place, piece in enumerate(taken.numbers):
        numbers[:, begin : begin + piece.size] = piece.made(column_of(taken.table, place))
        begin += piece.size
    return numbers


def as_pictures(numbers: np.ndarray, side: int) -> np.ndarray:
    """Pixels from 0 to 255, [N, side · side] row by row, as pictures [N, 1, side, side] from 0 to 1; 0 if missing."""
    pictures: np.ndarray = np.nan_to_num(numbers) / np.float32(255)
    return pictures.reshape(-1, 1, side, side)


def upright(values: np.ndarray) -> np.ndarray:
    """Numbers [N] as [N, 1]."""
    return values.reshape(-1, 1)


def on_circle(angles: np.ndarray) -> np.ndarray:
    """Sine and cosine of angles [N], and 0 for those that are missing: [N, 2]."""
    points: np.ndarray = np.nan_to_num(np.stack([np.sin(angles), np.cos(angles)], axis=1))
    return points


def chosen(count: int, places: np.ndarray) -> np.ndarray:
    """1 at each of the places [N], and 0 elsewhere: [N, count]."""
    is_there: np.ndarray = upright(places) == np.arange(count)
    return is_there


def counted_from_1(places: np.ndarray) -> np.ndarray:
    """Tokens [N, 1]: 0 for a missing place."""
    return upright(places.astype(np.int64) + 1)


def scaled(offset: float, scale: float, numbers: np.ndarray) -> np.ndarray:
    """(number − offset) / scale of numbers [N], float32 [N, 1]."""
    amounts: np.ndarray = ((numbers - offset) / scale).astype(np.float32)
    return upright(amounts)


def known(name: str, places: np.ndarray) -> np.ndarray:
    """Classes, int64 [N]. Raises ValueError where one is none of those that are known."""
    if unknown := int((places < 0).sum()):
        raise ValueError(f"column {name!r}: {unknown:,} cells are none of its classes: look at the file once more")
    return places.astype(np.int64)


def whole(numbers: np.ndarray) -> np.ndarray:
    """Whole numbers, int64 [N]."""
    return numbers.astype(np.int64)


def places_in_time(times: np.ndarray) -> np.ndarray:
    """From times [N] their places in the order of time, from 0, and those behind: int64 [N, 2]."""
    places = np.unique(times, return_inverse=True)[1].astype(np.int64)
    return np.stack([places, places + 1], axis=1)


def parts_of_rows(parts: np.ndarray) -> np.ndarray:
    """Parts, int8 [N]; what says none is learned from."""
    known_parts: np.ndarray = np.maximum(parts, 0).astype(np.int8)
    return known_parts
