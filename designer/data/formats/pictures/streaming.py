"""Pictures that are read when their batch comes, for more of them than memory holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from designer.data.errors import DataError
from designer.data.formats.base import Cache, Opened, Progress
from designer.data.formats.pictures.decoding import Decoding, DecodingProcesses
from designer.data.formats.pictures.listing import PictureList
from designer.data.readers.pictures import picture_formats
from designer.data.row_cache import bytes_as_numbers
from designer.data.samples import Array, LazyColumn, Rows

MANY = 1000
"""Pictures for which it pays to begin other processes, which takes a part of a second."""
_AT_ONCE = 256
_DEEP = ("I", "F")
"""What the modes of pictures with more than 8 bits begin with."""


@dataclass(frozen=True)
class PictureColumn:
    """The pictures at some paths, [N, C, H, W]: bytes, or numbers from 0 to 1 where some have more than 8 bits."""

    paths: Sequence[str]
    decoding: Decoding
    _others: DecodingProcesses | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        others = DecodingProcesses(self.decoding) if len(self.paths) >= MANY else None
        object.__setattr__(self, "_others", others)

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array's."""
        return (len(self.paths), *self.decoding.row)

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """As an array's."""
        return self.decoding.dtype

    def take(self, rows: Rows) -> Array:
        """The pictures of these rows, int64 [n]. Raises DataError for one that is gone or broken."""
        paths = [self.paths[row] for row in rows.tolist()]
        return (self._others or self.decoding).decoded(paths)


def streamed(listing: PictureList, how: Mapping[str, object], cache: Cache, progress: Progress) -> Opened:
    """The labels, and the pictures that have the head of one, which are read later. Raises DataError where none has."""
    modes = _modes(listing.paths, progress)
    there = np.array([mode is not None for mode in modes], dtype=bool)
    if not there.any():
        raise DataError(f"none of {len(modes):,} pictures can be read")
    paths = [path for path, mode in zip(listing.paths, modes, strict=True) if mode is not None]
    deep = any(mode is not None and mode.startswith(_DEEP) for mode in modes)
    pictures = PictureColumn(paths, Decoding(**how, deep=deep))  # type: ignore[arg-type]
    kept: LazyColumn = cache.before(pictures, "image")
    columns = {name: column[there] for name, column in listing.columns.items()}
    return Opened(columns, lazy={"image": kept if deep else bytes_as_numbers(kept)})


def _modes(paths: Sequence[str], progress: Progress) -> list[str | None]:
    """The mode of each picture by its head; None where it has none."""
    found: list[str | None] = []
    with ThreadPoolExecutor() as pool:
        for first in range(0, len(paths), _AT_ONCE):  # not all at once, so that whoever is told can end it
            found += pool.map(_mode_of, paths[first : first + _AT_ONCE])
            progress(len(found), len(paths))
    return found


def _mode_of(path: str) -> str | None:
    try:
        with Image.open(path, formats=picture_formats()) as picture:
            return picture.mode
    except FileNotFoundError as error:
        raise DataError(f"{path}: it was there before, and is gone") from error
    except Exception:  # decoders raise whatever broken bytes lead them to
        return None
