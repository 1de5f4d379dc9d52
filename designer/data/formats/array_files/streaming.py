"""Arrays that memory has no room for: samples are read by batches, where they lie or from the cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from designer.data.formats.array_files.members import expect_room, load, members_of
from designer.data.formats.array_files.row_access import MembersOfFile
from designer.data.formats.base import Cache, Opened, Progress
from designer.data.kept_columns import ColumnFiles
from designer.data.readers.array_files import members_in
from designer.data.readers.arrays import (
    beside,
    expect_same_counts,
    first_samples,
    is_finite,
    joined,
    laid_out,
    wanted,
)
from designer.data.samples import Array, LazyColumn, Rows, SlicedRows, SomeRows

_AT_ONCE = 4096


@dataclass(frozen=True)
class LaidOutRows:
    """The members of an input behind each other, laid out as `columns_of` does with all of them."""

    members: Sequence[LazyColumn]
    layout: str
    scale: float
    fills_gaps: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array's."""
        return (sum(member.shape[0] for member in self.members), *self._one.shape[1:])

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """As an array's."""
        return self._one.dtype

    @property
    def _one(self) -> Array:
        first = self.members[0]
        return laid_out(np.zeros((1, *first.shape[1:]), dtype=first.dtype), self.layout, self.scale)

    def take(self, rows: Rows) -> Array:
        """The samples of these rows, int64 [n]. Raises DataError."""
        first, *others = self.members
        values = np.empty((len(rows), *first.shape[1:]), dtype=first.dtype) if others else first.take(rows)
        begin = 0
        for member in self.members if others else ():
            here = (rows >= begin) & (rows < begin + member.shape[0])
            values[here] = member.take(rows[here] - begin)
            begin += member.shape[0]
        made = laid_out(values, self.layout, self.scale)
        if self.fills_gaps and made.dtype == np.float32:
            np.nan_to_num(made, copy=False, nan=0, posinf=0, neginf=0)
        return made


def streamed(path: Path, kind: str, how: Mapping[str, Any], cache: Cache, progress: Progress) -> Opened:
    """The columns that `columns_of` gives with these arguments: inputs batch by batch, all others in memory.

    Raises DataError, ValueError, EOFError, OSError and what `progress` raises.
    """
    last, missing = tuple(how.get("samples_last", ())), how.get("missing", "leave_out")
    source = MembersOfFile(path, kind, last, cache, progress)
    rows = {name: source.rows(name) for members, *_ in how["inputs"].values() for name in members}
    arrays: dict[str, Any] = {name: SlicedRows(column) for name, column in rows.items()}
    arrays |= _in_memory(path, kind, [name for name in members_in(how) if name not in rows], last, progress)
    targets, parts, units = how.get("targets", {}), how.get("parts", ()), how.get("units", {})
    counts = expect_same_counts(arrays, [members for members, *_ in (*how["inputs"].values(), *targets.values())])
    lazy: dict[str, LazyColumn] = {
        name: LaidOutRows([rows[member] for member in members], layout, scale, missing == "zero")
        for name, (members, layout, scale) in how["inputs"].items()
    }
    columns, kept = {}, np.ones(sum(counts), dtype=bool)
    for name, (members, what, values) in targets.items():
        read = partial(wanted, kind=what, values=values, units=units.get(name))
        columns[name] = joined([read(np.asarray(arrays[member][:])) for member in members])
        kept &= _is_known(columns[name], what, missing)
    columns |= beside(arrays, len(kept), how.get("part", ""), how.get("group", ""))
    if parts:
        columns["part"] = np.repeat(np.array(parts, dtype=np.int8), counts)
    for name, column in lazy.items():
        if missing != "zero" and any(rows[member].dtype.kind == "f" for member in how["inputs"][name][0]):
            kept &= _finite(name, column, cache, progress)
    return _opened(columns, lazy, kept, missing)


def _in_memory(
    path: Path, kind: str, names: Sequence[str], last: Sequence[str], progress: Progress
) -> dict[str, Array]:
    members = [member for member in members_of(path, kind) if member.name in names]
    expect_room(path, members)
    found = load(path, kind, members, progress)
    return {name: first_samples(found[name], name in last) for name in names if name in found}


def _is_known(column: Array, what: str, missing: str) -> Array:
    if what in ("class", "one_hot"):
        known: Array = (column.reshape(len(column), -1) >= 0).all(axis=1)  # type: ignore[operator]
        return known
    return np.ones(len(column), dtype=bool) if missing == "zero" else is_finite(column)


def _finite(name: str, column: LazyColumn, cache: Cache, progress: Progress) -> Array:
    """Which samples have numbers alone: all of them are looked at once."""

    def fill(files: ColumnFiles) -> None:
        count = column.shape[0]
        files.expect(count)
        for first in range(0, count, _AT_ONCE):
            files.append("finite", is_finite(column.take(np.arange(first, min(first + _AT_ONCE, count)))))
            progress(min(first + _AT_ONCE, count), count)

    found = cache.made(f"{name}\0finite", fill)["finite"]
    return found.take(np.arange(found.shape[0]))


def _opened(columns: dict[str, Array], lazy: dict[str, LazyColumn], kept: Array, missing: str) -> Opened:
    if missing == "zero":
        for values in columns.values():
            if values.dtype == np.float32:
                np.nan_to_num(values, copy=False, nan=0, posinf=0, neginf=0)
    chosen = np.flatnonzero(kept)
    if not len(chosen):
        raise ValueError("no sample is left: each has a value that is missing, or of no class")
    if len(chosen) == len(kept):
        return Opened(columns, lazy=lazy)
    some = {name: SomeRows(column, chosen) for name, column in lazy.items()}
    return Opened({name: values[kept] for name, values in columns.items()}, lazy=dict(some))
