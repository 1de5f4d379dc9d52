"""Reads a folder of pictures in which each folder is a class."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from designer.data.readers.pictures import pictures_below, with_pictures


def read_image_folder(
    folder: Path,
    classes: Sequence[str],
    size: tuple[int, int],
    channels: int,
    resize: str = "stretch",
    parts: Mapping[str, int] | None = None,
    inside: str = "",
    left_out: Sequence[str] = (),
    told: Callable[[int, int], object] = lambda done, of: None,
) -> dict[str, np.ndarray]:
    """Pictures [N, C, H, W] from 0 to 1, in the order of their paths, and the number of the class of each.

    `size` is the height and the width to which every picture is brought, `resize` how: by stretch, fit or crop. Files
    that are broken are left out, and those in `left_out`. The folders of the classes lie in the folder `inside`, or in
    those that `parts` has, each with the number of its part: 0 training, 1 validation, 2 test. Raises
    FileNotFoundError for a file or a folder that is no longer there.
    """
    _, paths, columns = pictures_of_classes(folder, classes, parts, inside, left_out)
    return with_pictures(columns, paths, size, channels, resize, told)


def pictures_of_classes(
    folder: Path,
    classes: Sequence[str],
    parts: Mapping[str, int] | None = None,
    inside: str = "",
    left_out: Sequence[str] = (),
) -> tuple[list[str], list[str], dict[str, np.ndarray]]:
    """The pictures' names (paths from the folder on), their paths, and columns for the class and the part of each."""
    start = len(str(folder)) + 1
    without = frozenset(left_out)
    rows = []
    for part in parts or [""]:
        for number, name in enumerate(classes):
            place = os.path.join(folder, inside, part, name)
            if not parts or os.path.isdir(place):
                found = [(path[start:].replace(os.sep, "/"), path) for path in pictures_below(place)]
                rows += [(*item, number, (parts or {}).get(part, 0)) for item in found if item[0] not in without]
    columns = {"class": np.array([number for *_, number, _ in rows], dtype=np.int64)}
    if parts:
        columns["part"] = np.array([part for *_, part in rows], dtype=np.int8)
    return [name for name, *_ in rows], [path for _, path, *_ in rows], columns
