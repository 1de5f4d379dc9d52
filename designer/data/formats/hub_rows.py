"""The rows of a set of the hub, which Arrow maps into memory: none is held, however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from errno import ENOENT
from io import BytesIO
from os import strerror
from pathlib import Path
from threading import Lock
from typing import Any, overload

import numpy as np
import pyarrow

from designer.data.errors import DataError
from designer.data.readers._parts import file_within
from designer.data.readers.hub_sets import hub_parts
from designer.data.samples import Rows

_AROUND = 2**16
"""Bytes that systems map with those that are asked for."""
MAPPED = 16 * 2**20
"""Bytes that are read of mapped files before they are mapped anew: what was read counts as memory until then."""


@dataclass
class HubRows:
    """The rows of all parts of a set, one behind the other, as tables of Arrow. Raises what `hub_parts` raises."""

    path: Path
    parts: Mapping[str, int]
    _opened: list[Any] = field(init=False, repr=False)
    _chosen: dict[tuple[Any, ...], Any] = field(default_factory=dict, init=False, repr=False)
    """Some columns of a part, by its place and their names."""
    _read: int = field(default=0, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        found = hub_parts(self.path, self.parts)
        self.features: Mapping[str, Any] = found[0][0].features
        self._numbers = [number for _, number in found]
        self._opened = [part for part, _ in found]
        self._ends = np.cumsum([len(part) for part in self._opened])

    def __len__(self) -> int:
        return int(self._ends[-1])

    def bytes_of(self, column: str) -> int:
        """About as many as a column takes on disk."""
        return sum(part.data.column(column).nbytes for part in self._opened)

    def blocks(self, columns: Sequence[str], at_once: int) -> Iterator[tuple[Rows, int, Any]]:
        """Some rows of one part at a time: their numbers, int64 [n], the number of the part, and the columns."""
        begin = 0
        for place, (number, end) in enumerate(zip(self._numbers, self._ends.tolist(), strict=True)):
            for first in range(begin, end, at_once):
                last = min(first + at_once, end)
                yield np.arange(first, last), number, self._table(place, columns, slice(first - begin, last - begin))
            begin = end

    def value(self, column: str, row: int) -> Any:
        """What is in a cell, as Arrow has it."""
        place = int(np.searchsorted(self._ends, row, side="right"))
        first = row - (int(self._ends[place - 1]) if place else 0)
        return self._table(place, (column,), slice(first, first + 1)).column(column)[0]

    def _opened_anew(self) -> list[Any]:
        """All parts. Raises DataError where the set is gone, or another one."""
        try:
            opened = [part for part, _ in hub_parts(self.path, self.parts)]
        except FileNotFoundError as error:
            raise DataError(f"{self.path}: it was there before, and is gone") from error
        if np.cumsum([len(part) for part in opened]).tolist() != self._ends.tolist():
            raise DataError(f"{self.path}: it has other rows than before: choose it once more")
        return opened

    def _table(self, place: int, columns: Sequence[str], rows: slice) -> Any:
        with self._lock:
            if self._read > MAPPED:
                self._opened, self._chosen, self._read = self._opened_anew(), {}, 0
            chosen = (place, *dict.fromkeys(columns))
            if chosen not in self._chosen:  # to choose takes longer than to read a row
                self._chosen[chosen] = self._opened[place].select_columns(list(chosen[1:])).with_format("arrow")
            part = self._chosen[chosen]
        table = part[rows]
        with self._lock:
            self._read += _AROUND + table.nbytes
        return table


@dataclass(frozen=True)
class HubFile:
    """A picture or a sound in a row, which nothing has decoded yet: bytes within the set, or a file in its folder."""

    rows: HubRows
    row: int
    value: Any
    """As Arrow has it: its bytes, and its path."""

    def __str__(self) -> str:
        return f"{self.rows.path}: row {self.row + 1:,}"

    def opened(self) -> AbstractContextManager[Any]:
        """To be read, where it lies. Raises OSError where there is none."""
        content = self.value["bytes"]
        if content.is_valid:
            return pyarrow.BufferReader(content.as_buffer())  # type: ignore[no-any-return]
        return self._place().open("rb")

    def content(self) -> str | BytesIO:
        """What it holds, or its path. Raises OSError where there is neither."""
        content = self.value["bytes"]
        return BytesIO(content.as_py()) if content.is_valid else str(self._place())

    def _place(self) -> Path:
        """A file in the folder of the set: no pipe is waited for, and none is read elsewhere."""
        named = self.value["path"].as_py() or ""
        if not (found := file_within(self.rows.path, named)):
            raise FileNotFoundError(ENOENT, strerror(ENOENT), named)
        return Path(found)


@dataclass(frozen=True)
class HubFiles(Sequence[HubFile]):
    """Those of a column in some rows, int64 [n], each read when it is asked for."""

    rows: HubRows
    column: str
    numbers: Rows

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, place: int) -> HubFile: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[HubFile]: ...

    def __getitem__(self, place: int | slice) -> HubFile | Sequence[HubFile]:
        if isinstance(place, slice):
            return HubFiles(self.rows, self.column, self.numbers[place])
        row = int(self.numbers[place])
        return HubFile(self.rows, row, self.rows.value(self.column, row))
