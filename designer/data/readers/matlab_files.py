"""Reads the matrices of files that MATLAB has saved, up to version 7."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import loadmat

from designer.data.readers.array_files import Told, each, matlab_array, members_in
from designer.data.readers.arrays import columns_of


def read_matlab(path: Path, told: Told = lambda done, of: None, **how: Any) -> dict[str, np.ndarray]:
    """Columns from a file that MATLAB has saved, up to version 7; `how` is what `columns_of` takes."""
    return columns_of(matlab_arrays(path, members_in(how), told), **how)


def matlab_arrays(path: Path, names: Sequence[str], told: Told) -> dict[str, np.ndarray]:
    """Members of a file that MATLAB has saved, up to version 7."""
    found = loadmat(path, variable_names=list(names), chars_as_strings=True)
    return each(names, lambda name: matlab_array(found[name]), told)
