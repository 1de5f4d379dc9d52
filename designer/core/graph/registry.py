"""The kinds that there are. A kind registers itself when its module is imported."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TypeVar

from designer.core.graph.block import CATEGORIES, Block

CUSTOM_HOME = "designer_custom_"
"""How the Python modules of custom kinds begin; see `plugins`."""

HOME = "designer.blocks"
"""Where our own kinds are, each in a module with its name."""

_kinds: dict[str, type[Block]] = {}
_packages_loaded: set[str] = set()

B = TypeVar("B", bound=type[Block])


def register(block: B) -> B:
    """Class decorator: makes a kind known. Raises ValueError where it has no name, or one that is taken."""
    name = getattr(block, "kind", "")
    if not name:
        raise ValueError(f'{block.__name__} has no name for files: write kind = "..." in it')
    if not block.__module__.startswith(f"{HOME}."):
        load()  # our own kinds keep their names, also those that nobody has asked for yet
    before = _kinds.get(name)
    if before and (before.__module__, before.__qualname__) != (block.__module__, block.__qualname__):
        raise ValueError(f"the kind {name!r} is there already, {before.title!r}: give this one another name")
    _kinds[name] = block
    return block


def unregister(home: str) -> None:
    """Forgets the kinds that a Python module has registered."""
    for name in [name for name, block in _kinds.items() if block.__module__ == home]:
        del _kinds[name]


def registered(home: str) -> list[type[Block]]:
    """The kinds that a Python module has registered."""
    return [block for block in _kinds.values() if block.__module__ == home]


def load(package: str = HOME) -> None:
    """Imports every module of a package, so that the kinds in it register. Cheap when done again."""
    if package in _packages_loaded:
        return
    for name in _modules(package):
        importlib.import_module(f"{package}.{name}")
    _packages_loaded.add(package)


@cache
def _modules(package: str) -> frozenset[str]:
    return frozenset(found.name for found in pkgutil.iter_modules(importlib.import_module(package).__path__))


def kinds() -> dict[str, type[Block]]:
    """All kinds by name, in the palette's order: by category, then by title."""
    load()
    ordered = sorted(_kinds.values(), key=lambda block: (CATEGORIES.index(block.category), block.title))
    return {block.kind: block for block in ordered}


def find(kind: str) -> type[Block] | None:
    """The class of a kind, or None where it is not known. One of our own is imported without all the others."""
    if kind not in _kinds:
        if kind in _modules(HOME):
            importlib.import_module(f"{HOME}.{kind}")
        if kind not in _kinds:
            load()
    return _kinds.get(kind)
