"""Samples of many steps, of which all lie behind each other on disk: what those of texts and of curves share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from designer.data.formats.base import Progress
from designer.data.row_slices import behind_each_other
from designer.data.samples import Array, LazyColumn

COUNTS = "lengths"
"""The column on disk that says how many steps each sample has."""
IN_MEMORY = "in memory: "
"""What stands before the names of columns that are held in memory."""


@dataclass
class FilesRead:
    """Files that are gone through, and how far it is with them."""

    path: Path
    progress: Progress
    expected: int
    """Bytes that are going to be read."""
    _done: int = field(default=0, init=False)

    def read(self, count: int) -> None:
        """Tells that so many bytes more were read."""
        self._done += count
        self.progress(self._done, max(self.expected, self._done))


def whole(column: LazyColumn) -> Array:
    """All of a column."""
    return column.take(np.arange(column.shape[0]))


def in_groups(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """So many at a time, and at last what is left."""
    items = iter(items)
    while some := list(islice(items, size)):
        yield some


def samples_of(
    made: Mapping[str, LazyColumn], steps: Mapping[str, tuple[str, np.dtype[Any]]]
) -> tuple[dict[str, Array], dict[str, LazyColumn]]:
    """Columns in memory, with lengths where these differ, and columns of steps, which are read when they are asked for.

    `steps` has what is on disk for each of these and as what it is read; what is not there is left out.
    """
    lengths = whole(made[COUNTS]).astype(np.int64)
    lazy: dict[str, LazyColumn] = {
        name: behind_each_other(made[column], lengths, dtype)
        for name, (column, dtype) in steps.items()
        if column in made
    }
    kept = [name for name in made if name.startswith(IN_MEMORY)]
    columns = {name.removeprefix(IN_MEMORY): whole(made[name]) for name in kept}
    if not (lengths == lengths[0]).all():
        columns |= {f"{name}_lengths": lengths for name in lazy}
    return columns, lazy
