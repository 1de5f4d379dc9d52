"""Tables with a step a row that are larger than memory: their numbers on disk, brought into the order of the time."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from designer.data.kept_columns import ColumnFiles
from designer.data.readers._moments import by_numbers, in_that_order, orders_for
from designer.data.readers._text_files import places_of
from designer.data.readers.sequences import values_at
from designer.data.row_files import MappedRows
from designer.data.samples import Array, LazyColumn, Rows

ROWS_AT_ONCE = 2**14
"""Rows that are in memory at once."""
Floats = npt.NDArray[np.float32]


class _Numbered:
    """Cells of a column as numbers: of each different one is held once."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._found: list[Array] = []

    def append(self, cells: list[str]) -> None:
        """Some more."""
        numbers = [self._known.setdefault(cell, len(self._known)) for cell in cells]
        self._found.append(np.array(numbers, dtype=np.int32))

    @property
    def cells(self) -> list[str]:
        """What the numbers stand for."""
        return list(self._known)

    @property
    def numbers(self) -> Array:
        """Of all cells, int32 [rows]."""
        return np.concatenate(self._found)


class _Moments:
    """What orders rows, as `moments_of` has it: of numbers, or of the different texts of a column."""

    def __init__(self, are_numbers: bool) -> None:
        self._are_numbers = are_numbers
        self._seconds: list[Array] = []
        self._texts = _Numbered()

    def append(self, cells: list[str]) -> None:
        """Some more."""
        if self._are_numbers:
            self._seconds.append(np.array([_number(cell) for cell in cells]))
        else:
            self._texts.append(cells)

    @property
    def order(self) -> Rows:
        """The rows, int64 [rows], from the first moment to the last; those of one moment as they stand."""
        return np.argsort(np.concatenate(self._seconds) if self._are_numbers else self._ranks(), kind="stable")

    def _ranks(self) -> npt.NDArray[Any]:
        """What comes first has the least, [rows]: as dates, or as words and numbers in them."""
        different, rows = self._texts.cells, self._texts.numbers
        found = [
            np.array([seconds for seconds, _ in moments], dtype=np.float64)[rows]
            for order in orders_for(different[:1])
            if (moments := in_that_order(different, order))
        ]
        if found:
            best: npt.NDArray[np.float64] = min(found, key=_turns)
            return best
        keys = [by_numbers(text) for text in different]
        ranks = {key: rank for rank, key in enumerate(sorted(set(keys)))}
        ranked: npt.NDArray[np.int64] = np.array([ranks[key] for key in keys], dtype=np.int64)[rows]
        return ranked


def _number(text: str) -> float:
    return float(text or "-inf")


def _are_numbers(cells: Iterator[str]) -> bool:
    try:
        return all(_number(cell) is not None for cell in cells)
    except ValueError:
        return False


def _turns(seconds: npt.NDArray[np.float64]) -> int:
    """As `turns_in` has it."""
    steps = seconds[1:] > seconds[:-1], seconds[1:] < seconds[:-1]
    return min(int(np.count_nonzero(some)) for some in steps)


class OrderedSteps:
    """The rows of a table: their numbers [rows, F] on disk, their order, and their cells in columns by name."""

    def __init__(self, values: LazyColumn, order: Rows, named: Sequence[_Numbered]) -> None:
        self._values: LazyColumn | None = values
        self.order = order
        self.cells = [item.cells for item in named]
        """Of each column what its numbers stand for."""
        self.numbers = [item.numbers for item in named]

    def take(self, rows: Rows) -> Array:
        """The numbers of these rows, float32 [n, F]."""
        assert self._values is not None
        return self._values.take(rows)

    def samples(self, column: int) -> Iterator[Rows]:
        """The rows that have the same cell in a column, in their order; the one that comes first, first."""
        _, first, whose = np.unique(self.numbers[column][self.order], return_index=True, return_inverse=True)
        rank = np.argsort(np.argsort(first))[whose]
        rows = self.order[np.argsort(rank, kind="stable")]
        ends = np.cumsum(np.bincount(rank))
        begin = 0
        for end in ends.tolist():
            yield rows[begin:end]
            begin = end

    def close(self) -> None:
        """Lets go of the file."""
        self._values = None


@contextmanager
def ordered_steps(
    rows: Iterator[list[str]],
    looked_at: Iterator[list[str]],
    folder: Path,
    time: str,
    named: Sequence[str],
    values: Sequence[str],
) -> Iterator[OrderedSteps]:
    """The rows of a table, of which the first one names the columns. The numbers are in a folder meanwhile.

    The same rows are looked at before, for whether their times are numbers.

    Raises ValueError and IndexError as the readers of such tables do, and DataError where the disk has no room.
    """
    header = next(rows, [])
    at, places = places_of(header, tuple(named)), places_of(header, tuple(values))
    when = places_of(header, (time,)) if time else []
    moments = _Moments(_are_numbers(row[place] for row in islice(looked_at, 1, None) for place in when))
    cells, count = [_Numbered() for _ in at], 0
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as scratch:
        files = ColumnFiles(Path(scratch))
        try:
            while some := list(islice(rows, ROWS_AT_ONCE)):
                for item, place in zip(cells, at, strict=True):
                    item.append([row[place] for row in some])
                for place in when:
                    moments.append([row[place] for row in some])
                files.append("values", values_at(some, places))
                count += len(some)
            if not count:
                values_at([], [])  # which says so
            files.close()
        finally:
            files.give_up()
        column = MappedRows(Path(scratch, "0.rows"), (count, len(places)), np.dtype(np.float32))
        found = OrderedSteps(column, moments.order if when else np.arange(count), cells)
        del column
        try:
            yield found
        finally:
            found.close()


def filled_blocks(block: Callable[[int, int], Array], count: int) -> Iterator[Floats]:
    """As `filled` does with a curve [count, F], some steps at a time; `block` gives those from one to before another.

    A missing value is on the line between its neighbours, which may be in other blocks.
    """
    begins = range(0, count, ROWS_AT_ONCE)
    after = _known_behind(block, begins)
    before: _Known = {}
    for begin in begins:
        values = block(begin, begin + ROWS_AT_ONCE)
        whole = np.zeros(values.shape, dtype=np.float32)
        for place, column in enumerate(values.T):
            whole[:, place] = _filled_column(column, begin, before.get(place), after[begin].get(place))
        before |= _known_at(values[::-1], range(begin, begin + len(values))[::-1])
        yield whole


_Known = dict[int, tuple[int, float]]
"""By column the step and the value that are nearest to a block, on one side; none where there are none."""


def _known_behind(block: Callable[[int, int], Array], begins: range) -> dict[int, _Known]:
    """For each block, by its first step, what is known behind it."""
    found: dict[int, _Known] = {}
    known: _Known = {}
    for begin in reversed(begins):
        found[begin] = known
        values = block(begin, begin + ROWS_AT_ONCE)
        known = known | _known_at(values, range(begin, begin + len(values)))
    return found


def _known_at(values: Array, steps: range) -> _Known:
    """The first value of each column that is there, of values [n, F] at these steps."""
    known = ~np.isnan(values)
    return {
        place: (steps[first], float(values[first, place]))
        for place, first in enumerate(known.argmax(axis=0).tolist())
        if known[first, place]
    }


def _filled_column(
    column: Array, begin: int, before: tuple[int, float] | None, after: tuple[int, float] | None
) -> npt.NDArray[np.float64]:
    there = np.flatnonzero(~np.isnan(column))
    first, last = [before] if before else [], [after] if after else []
    steps = [step for step, _ in first], begin + there, [step for step, _ in last]
    values = [value for _, value in first], column[there].astype(np.float64), [value for _, value in last]
    if not first and not last and not len(there):
        return np.zeros(len(column))
    return np.interp(np.arange(begin, begin + len(column)), np.concatenate(steps), np.concatenate(values))
