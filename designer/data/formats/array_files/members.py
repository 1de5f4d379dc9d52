"""The members of a file of arrays by its headers alone: names, shapes and types, and what cannot be read."""

from __future__ import annotations

import gzip
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from designer.core.schema.units import memory
from designer.data import readers
from designer.data.errors import DataError
from designer.data.formats.array_files.options import reader_module
from designer.data.formats.base import Progress
from designer.data.machine import available_memory
from designer.data.readers import array_files

_HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_OF_KERAS = ("model_config", "keras_version", "layer_names")
"""Attributes of a model, and of weights alone, as Keras has written them up to version 2."""
_WEIGHTS_OF_KERAS = ("_layer_checkpoint_dependencies", "layers")
"""Members of the weights that Keras 3 writes."""
_OBJECT = 100
"""Bytes that a short word takes as an object, and as text in an array."""
_MOST_FILES = 50
"""Of a folder."""
MATLAB_NEEDS = 'files of MATLAB are read by scipy: pip install "network-designer[matlab]"'
OBJECTS = "it holds Python objects, as arrays of unequal lengths are saved: expected numbers of one shape"


@dataclass(frozen=True)
class Member:
    """One array in a file. With a problem it cannot be read."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    problem: str = ""
    are_objects: bool = False
    """Whether its words are as long as they are: each is an object of its own when they are read."""

    @property
    def bytes(self) -> int:
        """What it takes as its type says."""
        return prod(self.shape) * max(1, self.dtype.itemsize)

    @property
    def bytes_read(self) -> int:
        """What it takes when it is read: bytes become letters, of four bytes each, beside them."""
        if self.are_objects:
            return prod(self.shape) * _OBJECT
        return self.bytes * 5 if self.dtype.kind == "S" else self.bytes

    @property
    def is_text(self) -> bool:
        """Whether it holds words."""
        return self.dtype.kind in "US"


def kind_of(path: Path) -> str:
    """The kind of a file, or of the files of a folder, as the readers are called; empty for any other."""
    if path.is_dir():
        found = {kind_of(item) for item in _files_in(path)}
        return next((kind for kind in ("npy", "idx") if kind in found), "")
    ending = path.suffix.lower()
    if ending == ".mat":
        return "matlab_hdf5" if _is_hdf5(path) else "matlab"
    kinds = {".npz": "npz", ".npy": "npy", ".safetensors": "safetensors", ".h5": "hdf5", ".hdf5": "hdf5"}
    if ending in kinds:
        return kinds[ending]
    name = path.name.lower().removesuffix(".gz")
    return "idx" if name.endswith((".idx", "-ubyte", ".idx1-ubyte", ".idx3-ubyte")) else ""


def _is_hdf5(path: Path) -> bool:
    """MATLAB has 512 bytes of its own before what HDF5 begins with."""
    with path.open("rb") as file:
        return _HDF5_SIGNATURE in file.read(520)


def _files_in(folder: Path) -> list[Path]:
    return sorted(item for item in folder.iterdir() if item.is_file() and not item.name.startswith("."))[:_MOST_FILES]


def beside(path: Path, kind: str) -> list[Path]:
    """The files that belong together, where an array is a file of its own."""
    folder = path if path.is_dir() else path.parent
    return [item for item in _files_in(folder) if kind_of(item) == kind] if kind in ("npy", "idx") else [path]


def members_of(path: Path, kind: str) -> list[Member]:
    """The members of a file. Raises DataError where it is not what its name says."""
    readers: dict[str, Callable[[Path], Iterator[Member]]] = {
        "npz": _of_npz,
        "npy": _of_npy,
        "safetensors": _of_safetensors,
        "hdf5": _of_hdf5,
        "matlab": _of_matlab,
        "matlab_hdf5": _of_matlab_hdf5,
        "idx": _of_idx,
    }
    try:
        return [_with_problem(member) for member in readers[kind](path)]
    except ImportError as error:
        raise DataError(f"{path}: {MATLAB_NEEDS}") from error
    except (DataError, FileNotFoundError, PermissionError):
        raise
    except Exception as error:  # libraries raise whatever broken bytes lead them to
        raise DataError(f"{path}: it cannot be read as {kind.replace('_', ' ')}: {error}") from error


def _with_problem(member: Member) -> Member:
    """Says of a member why it cannot be read, if that follows from its shape and type."""
    problem = member.problem
    if not problem and member.dtype.kind == "O":
        problem = OBJECTS
    elif not problem and member.dtype.kind == "c":
        problem = "it holds complex numbers: expected real ones"
    elif not problem and member.dtype.kind not in "biufUS":
        problem = f"it holds {member.dtype}: expected numbers or words"
    elif not problem and not member.shape:
        problem = "it holds a single value: expected one for each sample"
    elif not problem and 0 in member.shape:
        problem = "it is empty"
    return replace(member, problem=problem)


def _npy_header(file: Any, name: str, size: int) -> Member:
    """Reads the first bytes of what `numpy.save` writes; `size` is how many there are in all."""
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(file)
    member = Member(name, tuple(int(length) for length in shape), dtype)
    there = size - file.tell()
    if dtype.kind != "O" and member.bytes != there:
        return Member(name, member.shape, dtype, f"it should have {member.bytes:,} bytes, and has {there:,}")
    return member


def _of_npz(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for item in archive.infolist():
            if item.filename.endswith(".npy"):
                with archive.open(item) as file:
                    yield _npy_header(file, item.filename.removesuffix(".npy"), item.file_size)


def _of_npy(path: Path) -> Iterator[Member]:
    def read(item: Path) -> Member:
        with item.open("rb") as file:
            return _npy_header(file, item.name, os.path.getsize(item))

    return _each(path, "npy", read)


def _each(path: Path, kind: str, read: Callable[[Path], Member]) -> Iterator[Member]:
    """The arrays in files beside each other; a broken one spoils none of the others, unless it is the one chosen."""
    items = beside(path, kind)
    for item in items:
        try:
            yield read(item)
        except Exception as error:  # libraries raise whatever broken bytes lead them to
            if item == path or len(items) == 1:
                raise
            yield Member(item.name, (0,), np.dtype("f4"), f"it cannot be read as {kind}: {error}")


def _of_safetensors(path: Path) -> Iterator[Member]:
    from safetensors import safe_open

    types = {"F64": "f8", "F32": "f4", "F16": "f2", "BOOL": "?", "U8": "u1", "I8": "i1"}
    types |= {f"{sign}{8 * size}": f"{sign.lower()}{size}" for sign in "IU" for size in (2, 4, 8)}
    with safe_open(path, framework="numpy") as file:
        for name in file.keys():  # noqa: SIM118 - it is no dict
            found = file.get_slice(name)
            kind = found.get_dtype()
            problem = "" if kind in types else f"it holds {kind}: expected float16, float32, float64 or whole numbers"
            yield Member(name, tuple(found.get_shape()), np.dtype(types.get(kind, "f4")), problem)


def _of_hdf5(path: Path) -> Iterator[Member]:
    import h5py

    found: list[Member] = []

    def visit(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found.append(_of_dataset(name, item))

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    yield from found


def _of_dataset(name: str, item: Any) -> Member:
    import h5py

    if item.shape is None:
        return Member(name, (0,), item.dtype)
    if item.external or item.is_virtual:
        return Member(name, item.shape, item.dtype, "its numbers lie in another file, which is not opened")
    if (kind := item.attrs.get("MATLAB_class", b"double")) in (b"char", b"cell", b"struct"):
        return Member(name, item.shape, item.dtype, f"it is a {kind.decode()} of MATLAB: expected a matrix of numbers")
    if h5py.check_string_dtype(item.dtype):
        kind = np.dtype("U1") if item.dtype.kind == "O" else item.dtype
        return Member(name, item.shape, kind, are_objects=item.dtype.kind == "O")
    return Member(name, item.shape, item.dtype)


def _of_matlab(path: Path) -> Iterator[Member]:
    from scipy.io import whosmat

    types = {"double": "f8", "single": "f4", "logical": "u1", "char": "U1", "sparse": "f8"}
    types |= {f"{sign}int{size * 8}": f"{sign or 'i'}{size}" for sign in ("", "u") for size in (1, 2, 4, 8)}
    for name, shape, kind in whosmat(path):
        problem = "" if kind in types else f"it is a {kind}: expected a matrix of numbers, or words"
        if kind == "char":
            shape = shape[:1]
        yield Member(name, _squeezed(shape), np.dtype(types.get(kind, "f8")), problem)


def _of_matlab_hdf5(path: Path) -> Iterator[Member]:
    for member in _of_hdf5(path):
        if not member.name.startswith("#"):
            yield replace(member, shape=_squeezed(member.shape[::-1]))


def _squeezed(shape: Sequence[int]) -> tuple[int, ...]:
    """As `matlab_array` has it."""
    return (prod(shape),) if len(shape) == 2 and 1 in shape else tuple(shape)


def _of_idx(path: Path) -> Iterator[Member]:
    return _each(path, "idx", _idx_header)


def _idx_header(item: Path) -> Member:
    with gzip.open(item, "rb") if item.suffix == ".gz" else item.open("rb") as file:
        shape, dtype = array_files.idx_header(file)
        start = file.tell()
    member = Member(item.name, shape, dtype)
    there = os.path.getsize(item) - start
    if item.suffix != ".gz" and member.bytes != there:
        return Member(item.name, shape, dtype, f"it should have {member.bytes:,} bytes, and has {there:,}")
    return member


def expect_room(path: Path, members: Sequence[Member]) -> None:
    """Raises DataError where members, and the columns that are made of them, do not fit into memory.

    The largest is named, with what it takes.
    """
    needed, there = 2 * sum(member.bytes_read for member in members), available_memory()
    if needed > there:
        largest = max(members, key=lambda member: member.bytes_read)
        sizes = "×".join(f"{size:,}" for size in largest.shape)
        values = "words" if largest.is_text else f"values of {largest.dtype}"
        raise DataError(
            f"{path}: {largest.name}: {sizes} {values} take {memory(largest.bytes_read)}; to read and to use what is "
            f"chosen takes {memory(needed)}, and {memory(there)} of memory are free: choose less of it"
        )


def load(path: Path, kind: str, members: Sequence[Member], progress: Progress) -> dict[str, np.ndarray]:
    """Members as they lie there. Raises DataError where one cannot be read."""
    expect_room(path, members)
    names = [member.name for member in members]
    try:
        reader = import_module(f"{readers.__name__}.{reader_module(kind)}")
        found: dict[str, np.ndarray] = getattr(reader, f"{kind}_arrays")(path, names, progress)
    except (ValueError, EOFError, zipfile.BadZipFile, OSError) as error:
        raise DataError(f"{path}: {error}") from error
    return found


def is_network(path: Path) -> bool:
    """Whether a file of HDF5 is a network of Keras, and no data."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            return any(name in file.attrs for name in _OF_KERAS) or any(name in file for name in _WEIGHTS_OF_KERAS)
    except OSError:
        return False


def holds_arrays(path: Path) -> bool:
    """Whether a file of HDF5 has members to learn from, and is no network."""
    import h5py

    if is_network(path):
        return False
    try:
        with h5py.File(path, "r") as file:
            return bool(file.visititems(lambda name, item: isinstance(item, h5py.Dataset) or None))
    except OSError:
        return False
