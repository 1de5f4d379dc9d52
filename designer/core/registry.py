"""The kinds that there are. A kind registers itself when its module is imported."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TypeVar

from designer.core.block import CATEGORIES, Block

_kinds: dict[str, type[Block]] = {}
_packages_loaded: set[str] = set()

B = TypeVar("B", bound=type[Block])


def register(block: B) -> B:
    """Class decorator: makes a kind known. Raises ValueError where the name is taken."""
    if block.kind in _kinds and _kinds[block.kind].__module__ != block.__module__:
        raise ValueError(f"two kinds are called {block.kind!r}")
    _kinds[block.kind] = block
    return block


def load(package: str = "designer.blocks") -> None:
    """Imports every module of a package, so that the kinds in it register. Cheap when done again."""
    if package in _packages_loaded:
        return
    module = importlib.import_module(package)
    for found in pkgutil.iter_modules(module.__path__):
        importlib.import_module(f"{package}.{found.name}")
    _packages_loaded.add(package)


def kinds() -> dict[str, type[Block]]:
    """All kinds by name, in the palette's order: by category, then by title."""
    load()
    ordered = sorted(_kinds.values(), key=lambda block: (CATEGORIES.index(block.category), block.title))
    return {block.kind: block for block in ordered}


def find(kind: str) -> type[Block] | None:
    """The class of a kind, or None where it is not known."""
    load()
    return _kinds.get(kind)
