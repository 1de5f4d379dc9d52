"""A column of bytes that is read when it is asked for, and counts how often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from designer.data.errors import DataError
from designer.data.samples import Array, Rows


@dataclass
class CountedColumn:
    values: Array
    broken: int = -1
    """A row that cannot be read."""
    read: Counter[int] = field(default_factory=Counter)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    @property
    def dtype(self) -> np.dtype[np.generic]:
        return self.values.dtype

    def take(self, rows: Rows) -> Array:
        if self.broken in rows:
            raise DataError(f"picture {self.broken} is gone")
        self.read.update(rows.tolist())
        return self.values[rows]
