"""Rows of one size, one behind the other in a file: read by their numbers, from any thread, none held in memory."""

from __future__ import annotations

import mmap
import os
import weakref
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from designer.data.errors import DataError
from designer.data.samples import Array, Rows

_BINARY = getattr(os, "O_BINARY", 0)
_turn = Lock()
"""For systems that cannot read at a place without going there first."""


@dataclass
class OpenFile:
    """A file that stays open as long as something refers to this, even where its name is gone meanwhile."""

    path: Path
    writes: bool = False
    number: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Opens it. Raises OSError."""
        self.number = os.open(self.path, (os.O_RDWR if self.writes else os.O_RDONLY) | _BINARY)
        weakref.finalize(self, os.close, self.number)

    @property
    def size(self) -> int:
        """Its bytes now."""
        return os.fstat(self.number).st_size

    def read_into(self, values: Array, place: int) -> None:
        """Fills an array [...] that lies in one piece with the bytes from a place on. Raises OSError, and EOFError."""
        view = memoryview(values.reshape(-1).view(np.uint8))  # type: ignore[arg-type]
        while len(view):
            count = _read(self.number, view, place)
            if count == 0:
                raise EOFError(f"{self.path} is cut short")
            view, place = view[count:], place + count

    def write(self, content: bytes, place: int) -> None:
        """Writes bytes from a place on. Raises OSError."""
        while content:
            count = _write(self.number, content, place)
            content, place = content[count:], place + count


def _read(file: int, view: memoryview, place: int) -> int:
    if hasattr(os, "preadv"):
        return os.preadv(file, [view], place)
    with _turn:
        os.lseek(file, place, os.SEEK_SET)
        content = os.read(file, len(view))
    view[: len(content)] = content
    return len(content)


def _write(file: int, content: bytes, place: int) -> int:
    if hasattr(os, "pwrite"):
        return os.pwrite(file, content, place)
    with _turn:
        os.lseek(file, place, os.SEEK_SET)
        return os.write(file, content)


class FileRows:
    """Rows [N, ...] in a person's file, which may be changed or cut at any moment: it is read, and not mapped."""

    def __init__(self, path: Path, shape: tuple[int, ...], dtype: np.dtype[Any], offset: int = 0) -> None:
        """Opens the file, in which the first row begins at `offset`, in bytes. Raises OSError."""
        self.shape, self.dtype = shape, dtype
        self._file, self._offset = OpenFile(path), offset

    def take(self, rows: Rows) -> Array:
        """The values of these rows, int64 [n]. Raises DataError where the file is cut or cannot be read."""
        values = np.empty((len(rows), *self.shape[1:]), dtype=self.dtype)
        size = prod(self.shape[1:]) * self.dtype.itemsize
        ends = [*(np.flatnonzero(np.diff(rows) != 1) + 1).tolist(), len(rows)] if len(rows) else []
        begin, path = 0, self._file.path
        try:
            for end in ends:  # rows that follow each other are read at once
                self._file.read_into(values[begin:end], self._offset + int(rows[begin]) * size)
                begin = end
        except EOFError:
            raise DataError(f"{path}: it has become shorter while it was read: put it back as it was") from None
        except OSError as error:
            raise DataError(f"{path}: it cannot be read: {error.strerror or error}") from error
        return values


class MappedRows:
    """Rows [N, ...] in a file of the program's own, which nobody cuts: other processes may at most remove its name.

    It is mapped into memory anew for each batch, so that what was read counts no longer as memory of this process: that
    costs less than a hundredth of what a batch does.
    """

    def __init__(self, path: Path, shape: tuple[int, ...], dtype: np.dtype[Any], hold: object = None) -> None:
        """Opens the file, which `hold` keeps there. Raises OSError where it is not, or not as long as it should be."""
        self.shape, self.dtype, self._hold = shape, dtype, hold
        self._file, self._bytes = OpenFile(path), prod(shape) * dtype.itemsize
        if self._file.size != self._bytes:
            raise OSError(f"{path} is not as long as it should be")

    def take(self, rows: Rows) -> Array:
        """The values of these rows, int64 [n]."""
        if self._bytes == 0:
            return np.empty((len(rows), *self.shape[1:]), dtype=self.dtype)
        with mmap.mmap(self._file.number, self._bytes, access=mmap.ACCESS_READ) as mapped:
            there = np.frombuffer(mapped, dtype=self.dtype).reshape(self.shape)
            values: Array = there.take(rows, axis=0)
            del there  # or the map could not be closed
        return values
