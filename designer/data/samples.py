"""Samples and datasets: what every source of data gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from designer.core.graph.binding import LENGTHS, DataInfo

Array = npt.NDArray[np.generic]
Lengths = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]


class LazyColumn(Protocol):
    """A column [N, ...] of inputs, or of what is learned at each step, read when it is asked for, from any thread."""

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array's."""

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """As an array's."""

    def take(self, rows: Rows) -> Array:
        """The samples of these rows, int64 [n], as a column in memory has them. Raises DataError."""


class BehindColumn:
    """What gives the samples of another lazy column otherwise: of the same shape and type, unless it says so."""

    column: LazyColumn

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array's."""
        return self.column.shape

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """As an array's."""
        return self.column.dtype


@dataclass(frozen=True)
class SomeRows(BehindColumn):
    """Some rows of a lazy column, int64 [n], as a column of their own."""

    column: LazyColumn
    rows: Rows

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array's."""
        return (len(self.rows), *self.column.shape[1:])

    def take(self, rows: Rows) -> Array:
        """The samples of these rows, int64 [n]."""
        return self.column.take(self.rows[rows])


@dataclass(frozen=True)
class SlicedRows:
    """A lazy column whose rows are asked for by slices, as those of an array in memory."""

    column: LazyColumn

    def __len__(self) -> int:
        return self.column.shape[0]

    def __getitem__(self, rows: slice) -> Array:
        return self.column.take(np.arange(*rows.indices(len(self))))


@dataclass(frozen=True)
class ComputedColumn(BehindColumn):
    """A lazy column of float32 [N, ...] that are computed from those of another one, sample by sample alike."""

    column: LazyColumn
    compute: Callable[[Array], Array]

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """As an array's."""
        return np.dtype(np.float32)

    def take(self, rows: Rows) -> Array:
        """The samples of these rows, int64 [n]."""
        return self.compute(self.column.take(rows))


@dataclass(frozen=True)
class ReplacedColumn(BehindColumn):
    """A lazy column with some of its values replaced by others of the same type."""

    column: LazyColumn
    replaced: Callable[[Array], Array]

    def take(self, rows: Rows) -> Array:
        """The samples of these rows, int64 [n]."""
        return self.replaced(self.column.take(rows))


@dataclass(frozen=True)
class Samples:
    """Columns by name, sample by sample, all of the same N.

    Numbers are float32 [N, ...], tokens int64 [N, L], class numbers int64 [N] or, for each step, [N, L]. Where the
    length varies, zeros stand behind each sample's end, and the lengths of the column `c` are int64 [N] in `c_lengths`.
    What samples share with each other is in a column that DataInfo names, too.
    """

    columns: Mapping[str, Array]
    lazy: Mapping[str, LazyColumn] = field(default_factory=dict)
    """Columns that are not in memory, for data that are larger than that. What is learned is, but for steps' own."""

    def __len__(self) -> int:
        return next(iter((*self.columns.values(), *self.lazy.values()))).shape[0]

    def taken(self, name: str, rows: Rows | None) -> Array:
        """The values of a column for these rows, int64 [n], or for all. Raises DataError where they cannot be read."""
        if name in self.lazy:
            return self.lazy[name].take(np.arange(len(self)) if rows is None else rows)
        return self.columns[name] if rows is None else self.columns[name][rows]

    def some(self, rows: Rows) -> Samples:
        """These rows, int64 [n]. Lazy ones are not read for it, and those that lie in a row are not copied."""
        in_a_row = len(rows) > 0 and bool((np.diff(rows) == 1).all())
        chosen = slice(int(rows[0]), int(rows[-1]) + 1) if in_a_row else rows
        before: dict[int, Rows] = {}
        return Samples(
            {name: column[chosen] for name, column in self.columns.items()},
            {name: _some_rows(column, rows, chosen, before) for name, column in self.lazy.items()},
        )

    def lengths(self, name: str) -> Lengths | None:
        """Steps of each sample of a column, where they differ."""
        found = self.columns.get(name + LENGTHS)
        return None if found is None else found.astype(np.int64)

    def sample(self, name: str, index: int) -> Array:
        """A column's value for one sample, without padding."""
        value: Array = self.taken(name, np.array([index]))[0]
        lengths = self.columns.get(name + LENGTHS)
        return value if lengths is None else value[: int(lengths[index])]


def _some_rows(column: LazyColumn, rows: Rows, chosen: Rows | slice, before: dict[int, Rows]) -> LazyColumn:
    """Those of a column of which some are chosen already are looked up in one list, which all such columns share.

    `chosen` are the same rows, and `before` has lists that were made already, by the identity of those they are of.
    """
    if not isinstance(column, SomeRows):
        return SomeRows(column, rows)
    return SomeRows(column.column, before.setdefault(id(column.rows), column.rows[chosen]))


@dataclass(frozen=True)
class Dataset:
    """A source that has been read: samples to learn from, and samples kept for the last test."""

    info: DataInfo
    train: Samples
    test: Samples
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For a column of tokens, what each of its numbers stands for."""
    cut: Mapping[str, Callable[[str], Sequence[int]]] = field(default_factory=dict)
    """For a column of tokens, what makes the numbers of all tokens of a text. It raises DataError."""
    scales: Mapping[str, tuple[Array, Array]] = field(default_factory=dict)
    """Columns that were normalised, with the mean and the deviation that they had."""
    units: Mapping[str, Array] = field(default_factory=dict)
    """For a column whose first numbers were in units of their own, `recipe.standardising.scales_of` of the samples to
    learn from: others are brought to a mean of 0 and a deviation of 1 by them, too."""
    known: Mapping[str, Callable[[Array], Array]] = field(default_factory=dict)
    """For a column whose words or categories were listed by all samples, what makes those unknown in samples [N, ...]
    that none to learn from has; what is in `cut` has done so."""
