"""Reads a table whose columns are called as people call them, from a file of NumPy."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def read_odd_table(path: Path, named: dict[str, str], parts: bool, scale: tuple[float, ...]) -> dict[str, np.ndarray]:
    """The columns of the file by the names that they are given; `scale` is what numbers are divided by."""
    with np.load(path, allow_pickle=False) as file:
        columns = {name: file[key] for key, name in named.items()}
        if parts:
            columns["part"] = file["part"]
        columns["file"] = file["origin"]
    numbers = named["x"]
    columns[numbers] = (columns[numbers] / np.array(scale, dtype=np.float32)).astype(np.float32)
    return columns
