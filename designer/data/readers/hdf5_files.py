"""Reads the members of files of HDF5, among them those of MATLAB from version 7.3 on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from designer.data.readers.array_files import Told, each, matlab_array, members_in
from designer.data.readers.arrays import columns_of


def read_hdf5(path: Path, told: Told = lambda done, of: None, **how: Any) -> dict[str, np.ndarray]:
    """Columns from a file of HDF5; `how` is what `columns_of` takes."""
    return columns_of(hdf5_arrays(path, members_in(how), told), **how)


def read_matlab_hdf5(path: Path, told: Told = lambda done, of: None, **how: Any) -> dict[str, np.ndarray]:
    """Columns from a file that MATLAB has saved in version 7.3; `how` is what `columns_of` takes."""
    return columns_of(matlab_hdf5_arrays(path, members_in(how), told), **how)


def hdf5_arrays(path: Path, names: Sequence[str], told: Told) -> dict[str, np.ndarray]:
    """Members of a file of HDF5."""
    with h5py.File(path, "r") as file:
        return each(names, lambda name: hdf5_array(file[name]), told)


def matlab_hdf5_arrays(path: Path, names: Sequence[str], told: Told) -> dict[str, np.ndarray]:
    """Members of a file that MATLAB has saved in version 7.3: HDF5, in which all axes are turned round."""
    with h5py.File(path, "r") as file:
        return each(names, lambda name: matlab_array(np.asarray(file[name][()]).T), told)


def hdf5_array(dataset: Any) -> np.ndarray:
    """A dataset of HDF5, its text as text."""
    if dataset.dtype.kind == "O":
        return np.asarray(dataset.asstr()[()], dtype=str)
    return np.asarray(dataset[()])
