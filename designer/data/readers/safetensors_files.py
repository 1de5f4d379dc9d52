"""Reads the members of files of safetensors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import safe_open

from designer.data.readers.array_files import Told, each, members_in
from designer.data.readers.arrays import columns_of


def read_safetensors(path: Path, told: Told = lambda done, of: None, **how: Any) -> dict[str, np.ndarray]:
    """Columns from a file of safetensors; `how` is what `columns_of` takes."""
    return columns_of(safetensors_arrays(path, members_in(how), told), **how)


def safetensors_arrays(path: Path, names: Sequence[str], told: Told) -> dict[str, np.ndarray]:
    """Members of a file of safetensors."""
    with safe_open(path, framework="numpy") as file:
        return each(names, file.get_tensor, told)
