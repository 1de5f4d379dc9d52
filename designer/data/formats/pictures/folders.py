"""How the folders of an image folder are meant: which are classes, and which are parts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from designer.data.formats.part_folders import is_folder
from designer.data.readers._parts import PARTS, plain_files
from designer.data.readers.pictures import is_hidden, is_picture

_LOOKED_AT = 500
"""Entries of a folder that are looked at for a first impression."""


@dataclass(frozen=True)
class Folders:
    """Where the folders of the classes lie, as the options of the source have it."""

    inside: str = ""
    parts: dict[str, int] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    """Folders without a picture, which are no classes."""
    beside: tuple[str, ...] = ()
    """Pictures and folders that belong to no class."""


def has_picture(folder: str | Path, deep: int = 3) -> bool:
    """Whether there is a picture in a folder or in those below it, as far as a first look tells."""
    with os.scandir(folder) as entries:
        first = sorted(islice(entries, _LOOKED_AT), key=lambda entry: entry.name)
    if any(is_picture(entry.name) for entry in first):
        return True
    below = [entry.path for entry in first if not is_hidden(entry.name) and is_folder(entry)] if deep else []
    return any(has_picture(path, deep - 1) for path in below[:20])


def classes_at_a_glance(folder: Path) -> bool:
    """Whether one of the first folders in a folder has a picture."""
    return any(has_picture(folder / name) for name in _folders(folder)[:20])


def folders_of(path: Path) -> Folders:
    """What the folders below a folder are meant to be."""
    inside = ""
    while len(names := _folders(path / inside)) == 1 and not _pictures(path / inside):
        if _pictures(path / inside / names[0]) or not _folders(path / inside / names[0]):
            break
        inside = f"{inside}/{names[0]}".lstrip("/")
    root = path / inside
    parts = _parts(root, names)
    homes = [root / name for name in parts] if parts else [root]
    found = {name: False for home in homes for name in sorted(_folders(home))}
    for home in homes:
        for name in _folders(home):
            found[name] = found[name] or _any_picture(home / name)
    beside = [name for name in names if parts and name not in parts and _any_picture(root / name)]
    beside += [str((home / name).relative_to(path)) for home in {root, *homes} for name in _pictures(home)]
    classes = [name for name, any_picture in found.items() if any_picture]
    empty = [name for name, any_picture in found.items() if not any_picture]
    return Folders(inside, parts, in_order(classes), tuple(empty), tuple(sorted(beside)))


def in_order(names: list[str]) -> tuple[str, ...]:
    """Names of classes in alphabetical order; those that are all whole numbers by their size."""
    if all(name.isascii() and name.isdigit() for name in names):
        return tuple(sorted(names, key=lambda name: (int(name), name)))
    return tuple(sorted(names))


def _parts(root: Path, names: list[str]) -> dict[str, int]:
    """The folders that are parts: one to learn from and another one, each with folders of pictures in it."""
    named = {name: PARTS[name.lower()] for name in names if name.lower() in PARTS}
    with_classes = {name: part for name, part in named.items() if classes_at_a_glance(root / name)}
    is_meant = 0 in with_classes.values() and len(named) > 1
    return dict(sorted(with_classes.items(), key=lambda item: (item[1], item[0]))) if is_meant else {}


def _any_picture(folder: Path) -> bool:
    return any(plain_files(place, filter(is_picture, files)) for place, _, files in os.walk(folder))


def _folders(path: Path) -> list[str]:
    with os.scandir(path) as entries:
        return sorted(entry.name for entry in entries if not is_hidden(entry.name) and is_folder(entry))


def _pictures(path: Path) -> list[str]:
    with os.scandir(path) as entries:
        return sorted(entry.name for entry in entries if is_picture(entry.name) and os.path.isfile(entry.path))
