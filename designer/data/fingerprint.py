"""A short text that is another one when files are: names and sizes, and of a single file its beginning and its end."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

_PIECE = 2**20


def fingerprint(path: Path) -> str:
    """Of a file or of all files in a folder. The same on another machine, and after copying."""
    digest = hashlib.sha256()
    if not path.is_dir():
        _add_content(digest, path)
        return digest.hexdigest()[:32]
    for folder, names, files in os.walk(path):
        names.sort()
        inside = Path(folder).relative_to(path).as_posix()
        for name in sorted(files):
            relative = name if inside == "." else f"{inside}/{name}"
            digest.update(f"{relative}\0{_size(os.path.join(folder, name))}\0".encode(errors="surrogateescape"))
    return digest.hexdigest()[:32]


def _size(file: str) -> int:
    try:
        return os.stat(file).st_size
    except OSError:  # a link to nowhere
        return -1


def _add_content(digest: hashlib._Hash, path: Path) -> None:
    size = path.stat().st_size
    digest.update(str(size).encode())
    with path.open("rb") as file:
        digest.update(file.read(_PIECE))
        if size > _PIECE:
            file.seek(max(size - _PIECE, _PIECE))
            digest.update(file.read(_PIECE))
