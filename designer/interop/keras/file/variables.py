"""The variables of a model, from the HDF5 file of a `.keras` archive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from designer.core.schema.limits import MAX_COMPRESSION, MAX_WEIGHT_BYTES
from designer.core.storage.reading import in_mib
from designer.interop.keras.file.errors import KerasError

Array = NDArray[np.float32]

_MAX_GROUPS = 200_000
_MAX_DEPTH = 64
_MAX_CHUNK = 2**20
"""Numbers that are unpacked at once, where a variable has fewer: as many may stand at its end as it could grow by."""
_LEFT_OUT = ("optimizer", "metrics")


@dataclass(frozen=True)
class Variables:
    """The variables at one place of the file, in Keras's order, and the places below it.

    Keras names places by the classes of layers, not by their names: `layers/conv2d_1/vars/0`.
    """

    arrays: tuple[Array, ...] = ()
    places: Mapping[str, Variables] = field(default_factory=dict)

    def below(self, *names: str) -> Variables:
        """The variables at a place further down; there may be none."""
        found = self
        for name in names:
            found = found.places.get(name, Variables())
        return found


def read_variables(file: IO[bytes], stored: int) -> Variables:
    """The variables of a whole file, which takes so many bytes on the disk; what the optimizer has is left out.

    Raises KerasError where it is damaged, and where it says that it holds far more than is stored.
    """
    import h5py

    try:
        with h5py.File(file, "r") as content:
            return _Reader(stored).read(content, "", 0)
    except (OSError, RuntimeError, LookupError, TypeError, ValueError, ArithmeticError) as error:
        raise KerasError(f"the weights are damaged: {error}") from None


class _Reader:
    """Goes through the groups. Links that lead out of the file are not followed, and neither are circles."""

    def __init__(self, stored: int) -> None:
        self._groups = 0
        self._bytes = 0
        self._most = min(MAX_WEIGHT_BYTES, stored * MAX_COMPRESSION)

    def read(self, group: Any, path: str, depth: int) -> Variables:
        """What lies at a group."""
        import h5py

        self._groups += 1
        if self._groups > _MAX_GROUPS or depth > _MAX_DEPTH:
            raise KerasError("the weights are damaged: their groups go round in a circle, or are too many")
        arrays: tuple[Array, ...] = ()
        places = {}
        for name in group:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink) or (depth == 0 and name in _LEFT_OUT):
                continue
            item = group[name]
            if name == "vars" and isinstance(item, h5py.Group):
                arrays = tuple(self._array(item, str(number), path) for number in range(len(item)))
            elif isinstance(item, h5py.Group):
                places[name] = self.read(item, f"{path}/{name}", depth + 1)
        return Variables(arrays, places)

    def _array(self, variables: Any, name: str, path: str) -> Array:
        import h5py

        where = f"variable {name} at {path or 'the top'}"
        if not isinstance(variables.get(name, getlink=True), h5py.HardLink):
            raise KerasError(f"the weights are damaged: there is no {where}")
        found = variables[name]
        if not isinstance(found, h5py.Dataset) or found.dtype.kind not in "fiu":
            raise KerasError(f"the weights are damaged: {where} holds no numbers")
        if found.external or found.is_virtual:
            raise KerasError(f"the weights are damaged: {where} lies in another file")
        self._check_stored(found, where)
        values: Array = np.asarray(found[()], dtype=np.float32)
        return values

    def _check_stored(self, found: Any, where: str) -> None:
        """Raises KerasError for numbers that are announced but not there, before memory is taken for them.

        What was never written takes no room in the file, and what is linked to from many places takes it once.
        """
        size = int(found.size) * 4
        stored = int(found.id.get_storage_size())
        if size and not stored:
            raise KerasError(f"the weights are damaged: nothing is stored of {where}, of {in_mib(size)}")
        self._bytes += size
        if found.chunks and prod(found.chunks) > max(int(found.size), _MAX_CHUNK):
            raise KerasError(f"the weights are damaged: {where} lies in pieces that are larger than it is")
        if size > 4 * MAX_COMPRESSION * stored or self._bytes > self._most:
            raise KerasError(
                f"the weights are damaged: {where} is of {in_mib(size)}, of which {in_mib(stored)} is stored"
            )
