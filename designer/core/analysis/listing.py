"""Listing: which groups a list of all rows of an analysis opens, as a few groups within groups stand for billions."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from designer.core.analysis.analysis import Analysis, CostRow
from designer.core.graph.definition import GroupBlock
from designer.core.graph.group_paths import GroupPath

MOST_LISTED = 2_000
"""Networks of no more blocks are listed whole, and of vast ones no more rows inside groups."""


class Inside(NamedTuple):
    """The rows inside a group; or, where they are not listed, the way to the group that was opened for all like it."""

    rows: tuple[CostRow, ...] = ()
    like: GroupPath = ()


class Listing:
    """Opens every group of a usual network, and each definition once in a vast one."""

    def __init__(self, analysis: Analysis) -> None:
        self._opened: dict[Hashable, GroupPath] = {}
        self._left = MOST_LISTED
        self._whole = sum(1 + _size(row) for row in analysis.rows) <= MOST_LISTED

    def inside(self, row: CostRow) -> Inside:
        """What to list below a row."""
        if not isinstance(row.block, GroupBlock) or row.shape is None:
            return Inside()
        key = id(row.block.definition), row.parts[0].result.inputs
        if not self._whole and (key in self._opened or self._left <= 0):
            return Inside(like=self._opened.get(key, row.path))
        self._opened[key] = row.path
        self._left -= len(row.inside)
        return Inside(row.inside)


def _size(row: CostRow) -> int:
    return row.block.definition.size if isinstance(row.block, GroupBlock) else 0
