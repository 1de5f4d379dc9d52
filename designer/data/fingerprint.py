"""Short texts that are others when files are: by names and sizes, and by contents or times."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

_PIECE = 2**20


def fingerprint(path: Path) -> str:
    """Of a file, by its size, its beginning and its end, or of all files in a folder, by their names and sizes.

    The same on another machine, and after copying.
    """
    digest = hashlib.sha256()
    if not path.is_dir():
        _add_content(digest, path)
        return digest.hexdigest()[:32]
    for name, size, _ in _files_below(path):
        digest.update(f"{name}\0{size}\0".encode(errors="surrogateescape"))
    return digest.hexdigest()[:32]


def stamp(path: Path) -> str:
    """Of a file or of all files in a folder, by their names, sizes and times: another one once one is written again."""
    digest = hashlib.sha256()
    for name, size, time in _files_below(path) if path.is_dir() else [("", *_size_and_time(str(path)))]:
        digest.update(f"{name}\0{size}\0{time}\0".encode(errors="surrogateescape"))
    return digest.hexdigest()[:32]


def _files_below(path: Path) -> Iterator[tuple[str, int, int]]:
    """The path of each file as seen from a folder, always in the same order, its size and its time."""
    for folder, names, files in os.walk(path):
        names.sort()
        inside = Path(folder).relative_to(path).as_posix()
        for name in sorted(files):
            relative = name if inside == "." else f"{inside}/{name}"
            yield relative, *_size_and_time(os.path.join(folder, name))


def _size_and_time(file: str) -> tuple[int, int]:
    try:
        found = os.stat(file)
    except OSError:  # a link to nowhere
        return -1, 0
    return found.st_size, found.st_mtime_ns


def _add_content(digest: hashlib._Hash, path: Path) -> None:
    size = path.stat().st_size
    digest.update(str(size).encode())
    with path.open("rb") as file:
        digest.update(file.read(_PIECE))
        if size > _PIECE:
            file.seek(max(size - _PIECE, _PIECE))
            digest.update(file.read(_PIECE))
