"""Tables that are larger than memory: their rows are turned into numbers once, and read from the cache by batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from math import isqrt
from pathlib import Path
from typing import Any

import numpy as np

from designer.data.formats.base import Cache, Opened, Progress
from designer.data.formats.table_plan import IMAGE, NUMBERS
from designer.data.kept_columns import ColumnFiles
from designer.data.readers.table import TakenRows, as_pictures, columns_of, taken_rows
from designer.data.samples import Array, ComputedColumn

AT_ONCE = 2**18
"""Rows that are in memory at once while they are written."""
_IN_MEMORY = "in memory: "
"""What stands before the names of columns that are held in memory."""


def streamed(path: Path, arguments: Mapping[str, Any], cache: Cache, progress: Progress) -> Opened:
    """The columns that `read_table` gives: numbers and tokens batch by batch, all others in memory.

    Raises what `read_table` raises, DataError where the disk has no room, and what `progress` raises.
    """
    arguments = dict(arguments)
    pixels = arguments.pop("pixels", 0)

    def fill(files: ColumnFiles) -> None:
        with taken_rows(path, told=progress, scratch=files.folder, **arguments) as taken:
            _write(taken, files, progress)

    made = cache.made("table", fill)
    whole = {name: column for name, column in made.items() if name.startswith(_IN_MEMORY)}
    lazy = {name: column for name, column in made.items() if name not in whole}
    if pixels:
        lazy[IMAGE] = _PixelPictures(lazy.pop(NUMBERS), partial(as_pictures, side=pixels))
    return Opened(
        {name.removeprefix(_IN_MEMORY): column.take(np.arange(column.shape[0])) for name, column in whole.items()},
        lazy=lazy,
    )


class _PixelPictures(ComputedColumn):
    """Numbers [N, side · side] as pictures [N, 1, side, side]."""

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array's."""
        count, pixels = self.column.shape
        return (count, 1, isqrt(pixels), isqrt(pixels))


def _write(taken: TakenRows, files: ColumnFiles, progress: Progress) -> None:
    files.expect(taken.count * (4 * taken.width + 8 * len(taken.others)))
    for name, values in columns_of(taken):
        if name not in taken.tokens:
            files.append(_IN_MEMORY + name, taken.others[name].made(values))
    places = {name: place for place, name in enumerate(taken.others, len(taken.numbers)) if name in taken.tokens}
    done = 0
    for count, found in _some_rows(taken, [*range(len(taken.numbers)), *places.values()]):
        if taken.numbers:
            made = [piece.made(found[place]).astype(np.float32) for place, piece in enumerate(taken.numbers)]
            files.append(NUMBERS, np.concatenate(made, axis=1))
        for name, place in places.items():
            files.append(name, taken.others[name].made(found[place]))
        done += count
        progress(done, taken.count)


def _some_rows(taken: TakenRows, places: list[int]) -> Iterator[tuple[int, dict[int, Array]]]:
    """What the pieces at some places asked for, some rows at a time, in their order; with how many rows these are."""
    if not places:
        return
    connection = taken.table.connection
    columns = ", ".join(f"v{place}" for place in places)
    (behind,) = connection.execute("SELECT max(rowid) + 1 FROM taken").fetchone() or (0,)
    for first in range(0, behind, AT_ONCE):
        query = f"SELECT {columns} FROM taken WHERE rowid >= {first} AND rowid < {first + AT_ONCE}"
        found = connection.execute(query).fetchnumpy()
        yield len(found[f"v{places[0]}"]), {place: found[f"v{place}"] for place in places}
