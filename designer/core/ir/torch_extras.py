"""Where the modules and functions that torch does not have are, without importing them."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from designer.core.ir.python_source import read_source

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
            found |= dict.fromkeys(read_source(f"{PACKAGE}.{path.stem}").definitions, f"{PACKAGE}.{path.stem}")
    return found


def home_of(name: str) -> str:
    """The Python module that defines a part. Raises ValueError for a name that there is not."""
    if name not in homes():
        raise ValueError(f"there is no part called {name!r}")
    return homes()[name]
