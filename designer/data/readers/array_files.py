"""Reads the members of files of arrays of NumPy's and MNIST's kinds; never a pickle."""

from __future__ import annotations

import gzip
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from designer.data.readers.arrays import columns_of

Told = Callable[[int, int], object]
IDX_TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""The third byte of a file of MNIST's kind, and what its numbers are."""


def read_npz(path: Path, told: Told = lambda done, of: None, **how: Any) -> dict[str, np.ndarray]:
    """Columns from a file of `numpy.savez`; `how` is what `columns_of` takes."""
    return columns_of(npz_arrays(path, members_in(how), told), **how)


def read_npy(path: Path, told: Told = lambda done, of: None, **how: Any) -> dict[str, np.ndarray]:
    """Columns from files of `numpy.save`, in a folder or beside `path`; `how` is what `columns_of` takes."""
    return columns_of(npy_arrays(path, members_in(how), told), **how)


def read_idx(path: Path, told: Told = lambda done, of: None, **how: Any) -> dict[str, np.ndarray]:
    """Columns from files of MNIST's kind, in a folder or beside `path`; `how` is what `columns_of` takes."""
    return columns_of(idx_arrays(path, members_in(how), told), **how)


def npz_arrays(path: Path, names: Sequence[str], told: Told) -> dict[str, np.ndarray]:
    """Members of a file of `numpy.savez`."""
    with np.load(path, allow_pickle=False) as file:
        return each(names, file.__getitem__, told)


def npy_arrays(path: Path, names: Sequence[str], told: Told) -> dict[str, np.ndarray]:
    """Members of files of `numpy.save` that lie beside each other, in a folder or beside `path`."""
    folder = path if path.is_dir() else path.parent
    return each(names, lambda name: np.load(folder / name, allow_pickle=False), told)


def idx_arrays(path: Path, names: Sequence[str], told: Told) -> dict[str, np.ndarray]:
    """Members of files of MNIST's kind that lie beside each other, in a folder or beside `path`."""
    folder = path if path.is_dir() else path.parent
    return each(names, lambda name: idx_array(folder / name), told)


def members_in(how: Mapping[str, Any]) -> list[str]:
    """The members that are needed, each once."""
    columns = [*how.get("inputs", {}).values(), *how.get("targets", {}).values()]
    beside = [how[name] for name in ("part", "group") if how.get(name)]
    return list(dict.fromkeys([*(member for members, *_ in columns for member in members), *beside]))


def each(names: Sequence[str], read: Callable[[str], np.ndarray], told: Told) -> dict[str, np.ndarray]:
    """The arrays of these names, one after the other. Raises ValueError for one that is not there."""
    found = {}
    for name in names:
        try:
            found[name] = as_text(read(name))
        except KeyError:
            raise ValueError(f"there is no {name!r} any more") from None
        told(len(found), len(names))
    return found


def as_text(array: np.ndarray) -> np.ndarray:
    """Bytes as text; anything else as it is."""
    return np.char.decode(array, "utf-8") if array.dtype.kind == "S" else array


def matlab_array(array: np.ndarray) -> np.ndarray:
    """A matrix of MATLAB, in which nothing has fewer than two axes: one row or column alone as its values."""
    if hasattr(array, "toarray"):
        array = array.toarray()
    if array.dtype.kind == "U":
        array = np.char.strip(array)
    return array.reshape(-1) if array.ndim == 2 and 1 in array.shape else np.asarray(array)


def idx_header(file: Any) -> tuple[tuple[int, ...], np.dtype[Any]]:
    """The sizes and the type of numbers of a file of MNIST's kind. Raises ValueError where it is none."""
    start = file.read(4)
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] not in IDX_TYPES or not 1 <= start[3] <= 8:
        raise ValueError("expected a file of MNIST's kind (IDX)")
    sizes = np.frombuffer(file.read(4 * start[3]), dtype=">u4")
    if len(sizes) < start[3]:
        raise ValueError("the file ends within its first bytes")
    return tuple(int(size) for size in sizes), np.dtype(IDX_TYPES[start[2]])


def idx_array(path: Path) -> np.ndarray:
    """The array in a file of MNIST's kind, be it packed by gzip. Raises ValueError where it ends too early."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        sizes, kind = idx_header(file)
        count = math.prod(sizes) * kind.itemsize
        content = file.read(count)
    if len(content) < count:
        raise ValueError(f"{path.name}: expected {count:,} bytes behind its first ones, got {len(content):,}")
    return np.frombuffer(content, dtype=kind).reshape(sizes)
