"""A row of a table in words: names of columns, and what stands there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING

from designer.core.graph.binding import Feature

if TYPE_CHECKING:
    from designer.data.samples import Array

MISSING = "missing"


def number_told(value: float) -> str:
    """A number of a table with six digits, or all before its point."""
    if isnan(value):
        return MISSING
    return f"{value:.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def row_by_names(
    features: Sequence[Feature], values: Mapping[str, Array], words: Mapping[str, tuple[str, ...]]
) -> list[tuple[str, str]]:
    """Each number below its name, and tokens as words."""
    row: list[tuple[str, str]] = []
    for feature in (item for item in features if item.name in values):
        if feature.numbers:
            row += zip(feature.numbers, map(number_told, values[feature.name].tolist()), strict=False)
        else:
            tokens = words.get(feature.name) or tuple(map(str, values[feature.name].tolist()))
            row.append((feature.name, " ".join(tokens)))
    return row
