"""The Python files that a person trusts, each with the SHA-256 of what it held at that moment.

The list is a JSON file in the settings' folder. An architecture file can name kinds, but never a file to load.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from designer.core.schema.limits import MAX_SCRIPT_BYTES
from designer.core.storage.files import pretty
from designer.core.storage.reading import MissingError, ReadingError, read_bounded
from designer.core.storage.resources import data_folder
from designer.core.storage.writing import reason, write_atomically


class TrustError(Exception):
    """The list of trusted files cannot be read or written; the message says why and what to do."""


@dataclass(frozen=True)
class Trusted:
    """A file, and what it held when it was trusted."""

    path: Path
    sha256: str


def list_path() -> Path:
    """Where the list is kept."""
    return data_folder() / "trusted.json"


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def trusted() -> list[Trusted]:
    """The trusted files in the order in which they were added. Raises TrustError for a damaged list."""
    path = list_path()
    try:
        items = json.loads(read_bounded(path, MAX_SCRIPT_BYTES))["files"]
        return [Trusted(Path(str(item["path"])), str(item["sha256"])) for item in items]
    except MissingError:
        return []
    except ReadingError as error:
        raise TrustError(f"the list of trusted files, {path}: {error}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        message = f"the list of trusted files, {path}, is damaged: delete it and trust your files again"
        raise TrustError(message) from None


def trust(path: Path, content: bytes) -> None:
    """Adds a file with what it holds now, or trusts it again. Raises TrustError."""
    item = Trusted(path.resolve(), digest(content))
    items = trusted()
    if any(other.path == item.path for other in items):
        _keep([item if other.path == item.path else other for other in items])
    else:
        _keep([*items, item])


def distrust(path: Path) -> None:
    """Takes a file off the list. Raises TrustError."""
    _keep([item for item in trusted() if item.path != path.resolve()])


def _keep(items: list[Trusted]) -> None:
    content = pretty({"files": [{"path": str(item.path), "sha256": item.sha256} for item in items]}) + "\n"
    try:
        list_path().parent.mkdir(parents=True, exist_ok=True)
        write_atomically(list_path(), content.encode())
    except OSError as error:
        message = f"the list of trusted files, {list_path()}, cannot be written: {reason(error)}"
        raise TrustError(message) from None
