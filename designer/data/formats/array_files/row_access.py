"""Rows of the members of a file of arrays: read where they lie, or unpacked into the cache once if they are packed."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from designer.data.fingerprint import stamp
from designer.data.formats.array_files.members import Member, load, members_of
from designer.data.formats.base import Cache, Progress
from designer.data.kept_columns import ColumnFiles
from designer.data.readers.array_files import idx_header
from designer.data.readers.arrays import first_samples
from designer.data.row_files import FileRows
from designer.data.samples import Array, LazyColumn

_AT_ONCE = 2**24
"""Bytes that are in memory at once while a member is unpacked."""
_LOCAL_HEADER = 30
"""Bytes before the name of a file in a ZIP, of which the last four say how long the name and what is behind it are."""


@dataclass(frozen=True)
class MembersOfFile:
    """The members at a path, of one kind as the readers are called; of those in `samples_last` the last axis counts."""

    path: Path
    kind: str
    samples_last: tuple[str, ...]
    cache: Cache
    progress: Progress

    def rows(self, name: str) -> LazyColumn:
        """A member, [N, ...], row by row. Raises DataError, OSError and what `progress` raises."""
        file = self._file_of(name)
        if name not in self.samples_last and (found := self._lies_open(file, name)):
            return FileRows(file, *found)
        made = self.cache.made(f"{name}\0{stamp(file)}", lambda files: self._unpack(file, name, files))
        return made[name]

    def _file_of(self, name: str) -> Path:
        if self.kind not in ("npy", "idx"):
            return self.path
        return (self.path if self.path.is_dir() else self.path.parent) / name

    def _lies_open(self, file: Path, name: str) -> tuple[tuple[int, ...], np.dtype[Any], int] | None:
        """Shape, type and first byte of a member whose rows lie one behind the other; None where they do not."""
        if self.kind == "hdf5":
            return _in_hdf5(file, name)
        if self.kind == "safetensors":
            return _in_safetensors(file, name, self._member(name))
        if self.kind == "npz":
            return _in_npz(file, name)
        if self.kind not in ("npy", "idx") or file.suffix == ".gz":
            return None
        with file.open("rb") as opened:
            return _header(self.kind, opened)

    def _member(self, name: str) -> Member:
        return next(item for item in members_of(self.path, self.kind) if item.name == name)

    def _unpack(self, file: Path, name: str, files: ColumnFiles) -> None:
        member = self._member(name)
        files.expect(member.bytes)
        done = 0
        for values in self._pieces(file, name, member):
            files.append(name, np.ascontiguousarray(values))
            done += values.nbytes
            self.progress(min(done, member.bytes), member.bytes)

    def _pieces(self, file: Path, name: str, member: Member) -> Iterator[Array]:
        """The rows, some at a time."""
        are_last = name in self.samples_last
        if self.kind in ("hdf5", "matlab_hdf5") and len(member.shape) > 1:
            return _from_hdf5(file, name, self.kind == "matlab_hdf5", are_last)
        if self.kind == "npz" and not are_last:
            return _from_npz(file, name)
        if self.kind == "idx" and file.suffix == ".gz" and not are_last:
            return _from_idx(file)
        array = load(self.path, self.kind, [member], lambda done, of: None)[name]
        return iter([first_samples(array, are_last)])


def _header(kind: str, file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any], int] | None:
    """Of what `numpy.save` writes, or of a file of MNIST's kind; None where the first axis is not the slowest one."""
    if kind == "idx":
        shape, dtype = idx_header(file)
        return shape, dtype, file.tell()
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, turned, dtype = read(file)
    return None if turned and len(shape) > 1 else (shape, dtype, file.tell())


def _in_npz(path: Path, name: str) -> tuple[tuple[int, ...], np.dtype[Any], int] | None:
    with zipfile.ZipFile(path) as archive:
        item = archive.getinfo(f"{name}.npy")
        if item.compress_type != zipfile.ZIP_STORED:
            return None
        with archive.open(item) as file:
            found = _header("npy", file)
    with path.open("rb") as raw:
        raw.seek(item.header_offset + _LOCAL_HEADER - 4)
        lengths = raw.read(4)
    begin = item.header_offset + _LOCAL_HEADER + sum(int.from_bytes(lengths[at : at + 2], "little") for at in (0, 2))
    return found and (found[0], found[1], begin + found[2])


def _in_safetensors(path: Path, name: str, member: Member) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        begin = json.loads(file.read(size))[name]["data_offsets"][0]
    return member.shape, member.dtype, 8 + size + begin


def _in_hdf5(path: Path, name: str) -> tuple[tuple[int, ...], np.dtype[Any], int] | None:
    import h5py

    with h5py.File(path, "r") as file:
        found = file[name]
        begin = None if file.userblock_size else found.id.get_offset()
        return None if begin is None or found.dtype.kind == "O" else (found.shape, found.dtype, begin)


def _from_hdf5(path: Path, name: str, turned: bool, are_last: bool) -> Iterator[Array]:
    """Pieces along the axis of the samples. MATLAB has all axes `turned` round."""
    import h5py

    with h5py.File(path, "r") as file:
        found = file[name]
        axis = -1 if are_last != turned else 0
        count = found.shape[axis]
        step = max(1, _AT_ONCE // max(1, prod(found.shape) // count * found.dtype.itemsize))
        for first in range(0, count, step):
            piece = found[..., first : first + step] if axis else found[first : first + step]
            yield first_samples(piece.T if turned else piece, are_last)


def _from_npz(path: Path, name: str) -> Iterator[Array]:
    with zipfile.ZipFile(path) as archive, archive.open(f"{name}.npy") as file:
        if found := _header("npy", file):
            yield from _from_stream(file, found[0], found[1])
            return
    with np.load(path, allow_pickle=False) as whole:
        yield whole[name]


def _from_idx(path: Path) -> Iterator[Array]:
    with gzip.open(path, "rb") as file:
        shape, dtype = idx_header(file)
        yield from _from_stream(cast(IO[bytes], file), shape, dtype)


def _from_stream(file: IO[bytes], shape: tuple[int, ...], dtype: np.dtype[Any]) -> Iterator[Array]:
    row = prod(shape[1:]) * dtype.itemsize
    step = max(1, _AT_ONCE // max(row, 1))
    for first in range(0, shape[0], step):
        count = min(step, shape[0] - first)
        content = file.read(count * row)
        if len(content) < count * row:
            raise EOFError("it ends before its last sample")
        yield np.frombuffer(content, dtype=dtype).reshape(count, *shape[1:])
