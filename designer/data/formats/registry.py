"""The sources of a person's own data by name, and which of them takes what is at a path."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from designer.data.errors import DataError
from designer.data.formats.base import Format, Progress, untold

_NAMES = (
    "image_folder",
    "labelled_pictures",
    "image_sequences",
    "arrays",
    "table",
    "sequences",
    "text",
    "sound",
    "hub",
)
"""One Python module each, in the order in which people see them."""


@lru_cache(maxsize=1)
def formats() -> dict[str, Format[Any]]:
    """All of them by name."""
    return {name: import_module(f"{__package__}.{name}").FORMAT for name in _NAMES}


def bring_in() -> Iterator[None]:
    """Imports them one by one, so that nobody waits for all of them at once."""
    for name in _NAMES:
        import_module(f"{__package__}.{name}")
        yield


def format_of(name: str) -> Format[Any]:
    """The source of that name. Raises DataError."""
    known = formats()
    if name not in known:
        raise DataError(f"data: there is no source called {name!r}: expected one of {', '.join(known)}")
    return known[name]


def expect_file_or_folder(path: Path) -> None:
    """Raises DataError where there is nothing, or what nobody reads to an end: a pipe, or a device."""
    if not os.path.exists(path):
        raise DataError(f"{path}: there is no such file or folder")
    if not (os.path.isfile(path) or os.path.isdir(path)):
        raise DataError(f"{path}: it is neither a file nor a folder: expected one of these")


def recognised(path: Path, progress: Progress = untold) -> list[Format[Any]]:
    """The sources that take what is at a path, the likeliest first.

    Raises DataError where nothing is there, and what `progress` raises; how far it is, is not known.
    """
    expect_file_or_folder(path)
    sure: dict[Format[Any], int] = {}
    for form in formats().values():
        progress(0, 0)
        sure[form] = form.recognises(path)
    return sorted((form for form, share in sure.items() if share), key=lambda form: -sure[form])
