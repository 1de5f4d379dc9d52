"""Where the modules and functions that torch does not have are, and their source, without importing them."""

from __future__ import annotations

import ast
from functools import lru_cache
from importlib.abc import InspectLoader
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "designer.parts"


@lru_cache(maxsize=1)
def homes() -> dict[str, str]:
    """For each part, the Python module that defines it."""
    spec = find_spec(PACKAGE)
    assert spec is not None
    assert spec.submodule_search_locations
    found: dict[str, str] = {}
    for folder in spec.submodule_search_locations:
        for path in sorted(Path(folder).glob("*.py")):
            found |= dict.fromkeys(sources(f"{PACKAGE}.{path.stem}"), f"{PACKAGE}.{path.stem}")
    return found


@lru_cache(maxsize=64)
def sources(home: str) -> dict[str, str]:
    """The source of each class and function at the top of a Python module, read as text."""
    spec = find_spec(home)
    loader = spec.loader if spec else None
    text = loader.get_source(home) if isinstance(loader, InspectLoader) else None
    if text is None:
        raise ValueError(f"there is no Python module called {home!r}")
    lines = text.splitlines()
    found = {}
    for item in ast.parse(text).body:
        if isinstance(item, ast.ClassDef | ast.FunctionDef):
            first = min([item.lineno, *(mark.lineno for mark in item.decorator_list)])
            found[item.name] = "\n".join(lines[first - 1 : item.end_lineno])
    return found


def source_of(name: str, home: str = "") -> str:
    """The source of a part. Raises ValueError for a name that there is not."""
    where = home or homes().get(name, "")
    text = sources(where).get(name) if where else None
    if text is None:
        raise ValueError(f"there is no part called {name!r}")
    return text
