"""Columns that are made once and as a whole, and lie in files of the cache from then on."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from pydantic import BaseModel

from designer.core.schema.units import memory
from designer.data.cache_room import Hold, make_room, most_bytes, remove, unfinished, unpacked_folder
from designer.data.errors import DataError
from designer.data.fingerprint import stamp
from designer.data.row_cache import LIMIT, kept, place_of
from designer.data.row_files import MappedRows
from designer.data.samples import Array, LazyColumn

_LIST = "columns.json"
"""Which columns there are, written last; the first of them is in the file 0.rows, and so on."""


@dataclass
class ColumnFiles:
    """Columns whose rows are being written behind each other, into a folder that is theirs alone.

    Raises DataError where something cannot be written.
    """

    folder: Path
    _files: dict[str, BinaryIO] = field(default_factory=dict, init=False)
    _likes: dict[str, tuple[str, tuple[int, ...]]] = field(default_factory=dict, init=False)
    _counts: dict[str, int] = field(default_factory=dict, init=False)
    _stack: ExitStack = field(default_factory=ExitStack, init=False)

    def expect(self, wanted: int) -> None:
        """Makes room for about so many bytes, before the first of them is written."""
        rows = place_of("").parent
        with _told(rows):
            if wanted > most_bytes(rows, sys.maxsize):
                raise OSError(f"they take {memory(wanted)}, and twice as much has to be free")
            make_room(rows, wanted, max(LIMIT, wanted))

    def append(self, name: str, values: Array) -> None:
        """Writes rows [n, ...] behind those of a column that are there already."""
        with _told(self.folder.parent):
            if name not in self._files:
                path = self.folder / f"{len(self._files)}.rows"
                self._files[name] = self._stack.enter_context(path.open("wb"))
                self._likes[name], self._counts[name] = (values.dtype.str, values.shape[1:]), 0
            assert (values.dtype.str, values.shape[1:]) == self._likes[name], name
            whole = (
                np.ascontiguousarray(values).reshape(-1).view(np.uint8)
            )  # `tofile` would not say why it cannot write
            self._files[name].write(whole.data)
            self._counts[name] += len(values)

    def close(self) -> None:
        """Writes what is still on its way, and the list of the columns."""
        columns = [(name, dtype, (self._counts[name], *row)) for name, (dtype, row) in self._likes.items()]
        with _told(self.folder.parent):
            for file in self._files.values():
                file.flush()
                os.fsync(file.fileno())
            self._stack.close()
            (self.folder / _LIST).write_text(json.dumps(columns), encoding="utf-8")

    def give_up(self) -> None:
        """Closes the files, of which nobody wants to know any more."""
        with suppress(OSError):
            self._stack.close()


@dataclass(frozen=True)
class DiskCache:
    """What is kept of some data; `key` is another one once their files, or how they are read, are others."""

    key: str

    def before(self, column: LazyColumn, name: str) -> LazyColumn:
        """The column with a cache before it, which each of its rows is kept in once it was read."""
        return kept(column, f"{self.key}\0{name}")

    def made(self, name: str, fill: Callable[[ColumnFiles], None]) -> Mapping[str, LazyColumn]:
        """The columns that `fill` writes, if they are not there from an earlier time.

        What is half written is removed, whatever `fill` raises. Raises DataError where there is no room for them.
        """
        place = place_of(f"{self.key}\0{name}")
        with suppress(OSError, TypeError, ValueError):
            return _columns_in(place)
        _fill(place, fill)
        with _told(place.parent):
            return _columns_in(place)


def cache_of(path: Path, source: str, options: Mapping[str, Any]) -> DiskCache:
    """What is kept of the data at a path, as they are read by a source with options, as a file has these.

    Units of targets are none of these: what is kept is brought to them when it is read.
    """
    options = {name: value for name, value in options.items() if name != "target_units"}
    return DiskCache(f"3\0{path.as_posix()}\0{_stamp(path)}\0{source}\0{json.dumps(options, sort_keys=True)}")


def _stamp(path: Path) -> str:
    """What tells that the files at a path are others: a folder into which an archive was unpacked is never another."""
    return "" if path.is_relative_to(os.path.abspath(unpacked_folder())) else stamp(path)


def cache_at(path: Path, source: str, options: BaseModel) -> DiskCache:
    """The same of options that were read or guessed: whoever reads the data with them later finds what is kept."""
    written = options.model_dump(mode="json", exclude_defaults=True)
    return cache_of(Path(os.path.abspath(path)), source, written)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise DataError(
            f"{folder}: the samples have no room there: {why}: make room, empty the cache, or ignore columns"
        ) from error


def _columns_in(place: Path) -> dict[str, LazyColumn]:
    """The columns in a folder. Raises OSError and ValueError where they are not whole."""
    listed = json.loads((place / _LIST).read_text(encoding="utf-8"))
    hold = Hold(place)
    found: dict[str, LazyColumn] = {
        name: MappedRows(place / f"{number}.rows", tuple(shape), np.dtype(dtype), hold)
        for number, (name, dtype, shape) in enumerate(listed)
    }
    os.utime(place)
    return found


def _fill(place: Path, fill: Callable[[ColumnFiles], None]) -> None:
    with ExitStack() as stack:
        with _told(place.parent):
            coming = stack.enter_context(unfinished("making"))
        files = ColumnFiles(coming)
        stack.callback(files.give_up)
        fill(files)
        files.close()
        remove(place)  # where it is there, it is broken
        with suppress(OSError):  # another process may have been quicker
            place.parent.mkdir(parents=True, exist_ok=True)
            coming.replace(place)
