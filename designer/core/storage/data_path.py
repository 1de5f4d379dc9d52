"""Where a design's data are: absolute in the program, and in a file relative to it where they lie nearby."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath

from designer.core.graph.design import Design

_NEARBY = 2
"""Folders that one goes up at most for a relative path: data further off stay where they are when a design moves."""


def located(design: Design, folder: Path) -> Design:
    """The design as it was read from a file in `folder`: the path of its data is absolute."""
    path = design.data.path
    if not path or is_absolute(path):
        return design
    return _with_path(design, Path(os.path.normpath(folder.absolute() / path)).as_posix())


def portable(design: Design, folder: Path) -> Design:
    """The design as it is written to a file in `folder`: data that lie nearby are found again when both move."""
    path = design.data.path
    if not path or not Path(path).is_absolute():
        return design
    try:
        nearer = Path(os.path.relpath(path, folder.absolute()))
    except ValueError:  # on another drive of Windows
        return design
    return design if nearer.parts.count(os.pardir) > _NEARBY else _with_path(design, nearer.as_posix())


def is_absolute(path: str) -> bool:
    """Whether a path begins at a root, on whatever system it was written."""
    return PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute()


def _with_path(design: Design, path: str) -> Design:
    return replace(design, data=design.data.model_copy(update={"path": path}))
