"""Folders that are named after a part of the data, and after classes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from designer.data.readers._parts import PARTS, labelled_files

_HIDDEN = (".", "__")


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder; a link that leads round in a circle is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def folders_in(path: Path) -> list[Path]:
    """The folders in a folder, without hidden ones, sorted by name."""
    with os.scandir(path) as entries:  # which says of each what it is, however many files lie there
        names = [item.name for item in entries if not item.name.startswith(_HIDDEN) and is_folder(item)]
    return [path / name for name in sorted(names)]


def parts_of(path: Path) -> dict[str, int] | None:
    """The folders that are called training, validation and test, with folders in them; None where there are none."""
    named = [item for item in folders_in(path) if item.name.lower() in PARTS and folders_in(item)]
    found = {item.name: PARTS[item.name.lower()] for item in named}
    return found if 0 in found.values() else None


def classes_in(path: Path, parts: dict[str, int] | None) -> list[str]:
    """The names of the folders in it, or in the folders of its parts, sorted."""
    return sorted({item.name for part in parts or [""] for item in folders_in(path / part)})


def file_names(
    path: Path, classes: Sequence[str], parts: Mapping[str, int] | None, files_in: Callable[[Path], Iterable[Path]]
) -> tuple[str, ...]:
    """What `labelled_files` gives, by the places of the files in the folder."""
    found = labelled_files(path, classes, parts, files_in)
    return tuple(file.relative_to(path).as_posix() for file, *_ in found)
