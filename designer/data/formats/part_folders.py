"""Folders that are named after a part of the data, and after classes."""

from __future__ import annotations

from pathlib import Path

PARTS = {
    **dict.fromkeys(("train", "training"), 0),
    **dict.fromkeys(("val", "valid", "validation", "dev"), 1),
    **dict.fromkeys(("test", "testing"), 2),
}
"""What folders are called, in lower case, with the number of the part."""
_HIDDEN = (".", "__")


def folders_in(path: Path) -> list[Path]:
    """The folders in a folder, without hidden ones, sorted by name."""
    return [item for item in sorted(path.iterdir()) if item.is_dir() and not item.name.startswith(_HIDDEN)]


def parts_of(path: Path) -> dict[str, int] | None:
    """The folders that are called training, validation and test; None where there are none."""
    found = {item.name: PARTS[item.name.lower()] for item in folders_in(path) if item.name.lower() in PARTS}
    return found if 0 in found.values() else None


def classes_in(path: Path, parts: dict[str, int] | None) -> list[str]:
    """The names of the folders in it, or in the folders of its parts, sorted."""
    return sorted({item.name for part in parts or [""] for item in folders_in(path / part)})
