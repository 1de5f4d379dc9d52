"""Pictures that a network is to name: in folders as those that it has learned from, or without any labels."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from designer.data.errors import DataError
from designer.data.formats.base import Progress
from designer.data.formats.pictures.folders import folders_of
from designer.data.formats.pictures.listing import PictureList, listed
from designer.data.readers.pictures import is_picture, pictures_below, read_pictures
from designer.data.samples import Array

_SHOWN = 5


def other_pictures(
    path: Path, function: str, arguments: Mapping[str, Any], progress: Progress
) -> tuple[dict[str, Array], tuple[str, ...]]:
    """The pictures at a path as a reader would read others with these arguments, and their names.

    Files that are broken are left out. Raises DataError where there are no pictures, or of other classes.
    """
    if is_picture(path.name) and path.is_file():
        found = PictureList([path.name], [str(path)], {})
    elif function == "read_image_folder":
        found = _in_folders(path, arguments)
    elif path.is_dir() and not (path / arguments.get("table", "")).is_file():
        found = _all_in(path)
    else:
        found = listed(path, function, arguments)
    images, readable = read_pictures(
        found.paths, arguments["size"], arguments["channels"], arguments.get("resize", "stretch"), progress
    )
    if len(images) == 0:
        raise DataError(f"{path}: none of its files can be read as a picture")
    names = np.array(found.names, dtype=object)[readable]
    return {"image": images, **{name: column[readable] for name, column in found.columns.items()}}, tuple(names)


def _all_in(path: Path) -> PictureList:
    """Without labels."""
    paths = pictures_below(str(path))
    return PictureList([os.path.relpath(item, path).replace(os.sep, "/") for item in paths], paths, {})


def _in_folders(path: Path, arguments: Mapping[str, Any]) -> PictureList:
    """With labels where a folder is called as one of the classes."""
    there, classes = folders_of(path), arguments["classes"]
    if not set(there.classes) & set(classes):
        return _all_in(path)
    if strange := [name for name in there.classes if name not in classes]:
        raise DataError(
            f"{path}: expected folders of the classes that were learned ({_some(classes)}), and got {_some(strange)}"
        )
    return listed(path, "read_image_folder", {**arguments, "inside": there.inside, "parts": there.parts or {"": 0}})


def _some(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
