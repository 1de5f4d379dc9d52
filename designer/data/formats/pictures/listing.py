"""The pictures of a source by name, before any is read: where each is, its class and its part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from designer.data.errors import DataError
from designer.data.formats.base import PART
from designer.data.formats.counting import parts_counted
from designer.data.readers.image_folder import pictures_of_classes
from designer.data.readers.labelled_pictures import pictures_of_table
from designer.data.samples import Array

_OF_READING = ("size", "channels", "resize")


@dataclass(frozen=True)
class PictureList:
    """Pictures in the order in which they are read: names, as a person knows them, paths, and columns beside them."""

    names: list[str]
    paths: list[str]
    columns: Mapping[str, Array]

    def __len__(self) -> int:
        return len(self.names)

    @property
    def parts(self) -> list[int]:
        """The part of each: 0 for all where nothing is said."""
        found = self.columns.get(PART)
        return [0] * len(self) if found is None else [int(part) for part in found]

    @property
    def given_parts(self) -> tuple[int, int, int]:
        """Samples of each part; all 0 where the data do not name any."""
        return parts_counted(self.columns)

    def without(self, places: Sequence[int]) -> PictureList:
        """All but the pictures at some places."""
        gone = set(places)
        kept = [place for place in range(len(self)) if place not in gone]
        columns = {name: column[kept] for name, column in self.columns.items()}
        return PictureList([self.names[place] for place in kept], [self.paths[place] for place in kept], columns)

    def counts(self, target: str, classes: int) -> tuple[int, ...]:
        """Pictures of each class of a target."""
        return tuple(int(count) for count in np.bincount(self.columns[target].astype(np.int64), minlength=classes))


def listed(path: Path, function: str, arguments: Mapping[str, Any]) -> PictureList:
    """What a reader would read with these arguments. Raises DataError where there is nothing."""
    given = {name: value for name, value in arguments.items() if name not in _OF_READING}
    lists = pictures_of_table if function == "read_labelled_pictures" else pictures_of_classes
    try:
        found = PictureList(*lists(path, **given))
    except ValueError as error:
        raise DataError(f"{path}: {error}") from error
    if not found:
        raise DataError(f"{path}: there is no picture of any class left")
    return found
