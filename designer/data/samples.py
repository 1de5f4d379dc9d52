"""Samples and datasets: what every source of data gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from designer.core.graph.binding import LENGTHS, DataInfo

Array = npt.NDArray[np.generic]
Lengths = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Samples:
    """Columns by name, sample by sample, all of the same N.

    Numbers are float32 [N, ...], tokens int64 [N, L], class numbers int64 [N] or, for each step, [N, L]. Where the
    length varies, zeros stand behind each sample's end, and the lengths of the column `c` are int64 [N] in `c_lengths`.
    What samples share with each other is in a column that DataInfo names, too.
    """

    columns: Mapping[str, Array]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def lengths(self, name: str) -> Lengths | None:
        """Steps of each sample of a column, where they differ."""
        found = self.columns.get(name + LENGTHS)
        return None if found is None else found.astype(np.int64)

    def sample(self, name: str, index: int) -> Array:
        """A column's value for one sample, without padding."""
        value: Array = self.columns[name][index]
        lengths = self.columns.get(name + LENGTHS)
        return value if lengths is None else value[: int(lengths[index])]


@dataclass(frozen=True)
class Dataset:
    """A source that has been read: samples to learn from, and samples kept for the last test."""

    info: DataInfo
    train: Samples
    test: Samples
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For a column of tokens, what each of its numbers stands for."""
