"""Tables whose columns are the pixels of grey pictures, row by row, as MNIST's are where they are written as CSV."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import isqrt

from pydantic import JsonValue

from designer.data.formats.table_options import TableOptions
from designer.data.formats.table_profile import Profile

MOST = 255
_FEWEST, _LARGEST = 8, 256
"""Pixels that such pictures are high and wide."""


def side_of(columns: Sequence[Profile], targets: Collection[str]) -> int:
    """How many pixels these pictures are high and wide; 0 where the columns beside the targets may be no pixels.

    They are as many as a square has, all whole numbers from 0 to 255, and some are larger than 9.
    """
    pixels = [item for item in columns if item.name not in targets]
    side = isqrt(len(pixels))
    if side**2 != len(pixels) or not _FEWEST <= side <= _LARGEST or not all(map(_is_pixel, pixels)):
        return 0
    return side if any(isinstance(item.most, float) and item.most > 9 for item in pixels) else 0


def _is_pixel(column: Profile) -> bool:
    if column.type == "yes_no":
        return column.counts.keys() <= {"0", "1"}
    ends = (column.least, column.most)
    return column.is_whole and not column.missing and all(isinstance(end, float) and 0 <= end <= MOST for end in ends)


def as_pixels(options: TableOptions, side: int) -> dict[str, JsonValue]:
    """The fields of the options that have all columns but the targets read as pixels."""
    columns: list[JsonValue] = [
        item.model_dump(mode="json", exclude_defaults=True)
        if item.role == "target"
        else {"name": item.name, "role": "input", "type": "number"}
        for item in options.columns
    ]
    return {"pixels": side, "columns": columns}
