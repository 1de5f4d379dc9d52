"""Rows of a column that took long to read, kept on disk among what can be made again, up to a limit."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from threading import Lock

import numpy as np

from designer.core.storage.resources import cache_folder
from designer.data.cache_room import Hold, make_room, most_bytes
from designer.data.row_files import OpenFile
from designer.data.samples import Array, BehindColumn, ComputedColumn, LazyColumn, Rows

LIMIT = 8 * 2**30
"""Bytes that all kept rows take together, at most, but for those of data that cannot be read without."""
_SAVED_EVERY = 2048
"""Rows after which is noted on disk which are there."""


def bytes_as_numbers(column: LazyColumn) -> LazyColumn:
    """A column of bytes [N, ...] from 0 to 255 as one of float32 from 0 to 1."""
    return ComputedColumn(column, lambda values: values.astype(np.float32) / np.float32(255))


def place_of(key: str) -> Path:
    """The folder for what has this key."""
    return cache_folder() / "rows" / hashlib.sha256(key.encode()).hexdigest()[:32]


@dataclass
class KeptRows(BehindColumn):
    """A column [N, ...] with a file of its rows before it: each is read from where it comes from once.

    Which rows are there is noted on disk behind the rows themselves, so that a crash loses a few and mixes up none.
    Where the disk is full it goes on without. The file stays open: whoever empties the cache takes its name alone.
    """

    column: LazyColumn
    path: Path
    hold: Hold | None = None
    """Keeps the rows on disk as long as somebody has them here."""
    _there: np.ndarray = field(init=False, repr=False)
    _file: OpenFile | None = field(default=None, init=False, repr=False)
    _new: int = field(default=0, init=False)
    _works: bool = field(default=True, init=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)
    _noted: int = field(default=0, init=False)
    _noting: Lock = field(default_factory=Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        self._there = np.zeros(self.shape[0], dtype=bool)
        with suppress(OSError, ValueError):
            noted = np.fromfile(self._notes, dtype=bool)
            file = OpenFile(self.path, writes=True)
            if len(noted) == len(self._there) and file.size == self.shape[0] * self._bytes:
                self._there, self._file = noted, file

    @property
    def _notes(self) -> Path:
        return self.path.with_suffix(".there")

    @property
    def _bytes(self) -> int:
        """Of a row."""
        return prod(self.shape[1:]) * self.dtype.itemsize

    def take(self, rows: Rows) -> Array:
        """The samples of these rows, int64 [n]."""
        if not self._works:
            return self.column.take(rows)
        values = np.empty((len(rows), *self.shape[1:]), dtype=self.dtype)
        there = self._there[rows]
        if not there.all():
            values[~there] = self.column.take(rows[~there])
        try:
            if there.any():
                self._read(rows, values, np.flatnonzero(there))
            if not there.all():
                self._write(rows, values, np.flatnonzero(~there))
        except (OSError, EOFError):
            self._works = False
            return self.column.take(rows)
        return values

    def _read(self, rows: Rows, values: Array, places: Rows) -> None:
        assert self._file is not None  # or no row would be there
        for place in places.tolist():
            self._file.read_into(values[place], int(rows[place]) * self._bytes)

    def _write(self, rows: Rows, values: Array, places: Rows) -> None:
        with self._lock:
            file = self._file = self._file or self._begun()
            for place in places.tolist():
                file.write(values[place].tobytes(), int(rows[place]) * self._bytes)
            self._there[rows[places]] = True
            self._new += len(places)
            there = None
            if self._new >= _SAVED_EVERY or self._there.all():
                there, self._new = self._there.copy(), 0
        if there is not None:  # the others go on meanwhile
            os.fsync(file.number)
            self._note(there)

    def _begun(self) -> OpenFile:
        """The file, as long as it will be. What another process has written there stays."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.touch()
        file, size = OpenFile(self.path, writes=True), self.shape[0] * self._bytes
        if file.size != size:
            self._notes.unlink(missing_ok=True)
            os.truncate(self.path, size)
        return file

    def _note(self, there: np.ndarray) -> None:
        """That these rows, bool [N], are on disk."""
        coming = self.path.with_suffix(f".{os.getpid()}")
        count = int(np.count_nonzero(there))
        with self._noting, suppress(FileNotFoundError):  # somebody has emptied the cache
            if count > self._noted:
                there.tofile(coming)
                coming.replace(self._notes)
                self._noted = count


def kept(column: LazyColumn, key: str) -> LazyColumn:
    """The column with a cache before it, where it has room; `key` is another one for other rows.

    What was not used for longest makes room, but for what is in use.
    """
    place = place_of(key)
    wanted = prod(column.shape) * column.dtype.itemsize
    hold = Hold(place)
    try:
        if not place.exists():
            if wanted > most_bytes(place.parent, LIMIT):
                return column
            make_room(place.parent, wanted, LIMIT)
        place.mkdir(parents=True, exist_ok=True)
        os.utime(place)
    except OSError:
        return column
    return KeptRows(column, place / "rows.bin", hold)
