"""The one file in a folder that is data, where the folder as a whole is none."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from designer.core.schema.units import few_of
from designer.data.errors import DataError
from designer.data.formats.base import Progress
from designer.data.formats.registry import recognised
from designer.data.readers._parts import tells_of_others

_MOST_LOOKED_AT = 200
"""Entries of a folder."""
_DEEPEST = 8
_PROSE = (".txt", ".text", ".md", ".log")
"""Endings of files that are rather notes about data than data, in lower case, where there are others."""
_NAMED = 5


def lone_file(folder: Path, progress: Progress) -> Path:
    """The only file in it that some source takes, or in the only folder within.

    Raises DataError where there is none, with names where there are several to choose from, and what `progress` raises.
    """
    place = folder
    notes: list[Path] = []
    for _ in range(_DEEPEST):
        entries = sorted(islice((item for item in place.iterdir() if _is_shown(item.name)), _MOST_LOOKED_AT))
        found = [item for item in entries if item.is_file() and recognised(item, progress)]
        data = [item for item in found if item.suffix.lower() not in _PROSE]
        if data:
            return _only_one(place, data)
        notes = notes or found
        folders = [item for item in entries if item.is_dir()]
        if len(folders) != 1:
            break
        place = folders[0]
    if notes:
        return _only_one(folder, notes)
    raise DataError(f"{folder}: no data that this program reads")


def _only_one(folder: Path, files: list[Path]) -> Path:
    if len(files) == 1:
        return files[0]
    names = few_of([item.name for item in files], _NAMED)
    raise DataError(f"{folder}: choose one of its files, as the folder is no data as a whole: {names}")


def _is_shown(name: str) -> bool:
    return not name.startswith((".", "__")) and not tells_of_others(name)
