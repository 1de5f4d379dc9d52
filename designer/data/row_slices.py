"""Samples that are pieces of one long row of values: none of them is written out, however far they overlap."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from designer.data.samples import Array, LazyColumn, Lengths, Rows


@dataclass(frozen=True)
class Evenly:
    """Numbers that are as far from each other, as an array of them, of which none is written out."""

    first: int
    step: int
    count: int

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, places: Rows) -> Rows:
        return self.first + self.step * places


@dataclass(frozen=True)
class Slices:
    """A column [N, longest, ...] of the values [sum, ...] from where each sample begins, with zeros behind its end."""

    values: LazyColumn
    begins: Rows | Evenly
    lengths: Lengths
    dtype: np.dtype[Any]

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """As an array's."""
        return (len(self.begins), int(self.lengths.max()), *self.values.shape[1:])

    def take(self, rows: Rows) -> Array:
        """The samples of these rows, int64 [n]."""
        taken = np.zeros((len(rows), *self.shape[1:]), dtype=self.dtype)
        steps = np.arange(taken.shape[1])
        there = steps < self.lengths[rows][:, None]
        taken[there] = self.values.take((self.begins[rows][:, None] + steps)[there])
        return taken


def behind_each_other(values: LazyColumn, lengths: Lengths, dtype: np.dtype[Any]) -> Slices:
    """Samples that lie one behind the other."""
    return Slices(values, np.cumsum(lengths) - lengths, lengths, dtype)


def windows(values: LazyColumn, begins: Rows | Evenly, length: int, dtype: np.dtype[Any]) -> Slices:
    """Samples of one length."""
    return Slices(values, begins, np.broadcast_to(np.int64(length), len(begins)), dtype)
