"""Columns of files that are there only as long as somebody holds them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from designer.data.cache_room import Hold
from designer.data.samples import Array, BehindColumn, LazyColumn, Rows


@dataclass(frozen=True)
class HeldColumn(BehindColumn):
    """A lazy column of files that have been unpacked, which holds them; `told` names them as a person knows them."""

    column: LazyColumn
    told: Callable[[], AbstractContextManager[None]]
    hold: Hold

    def take(self, rows: Rows) -> Array:
        """The samples of these rows, int64 [n]."""
        with self.told():
            return self.column.take(rows)
