"""Modules import one another in one direction, type checking included: a reader can begin at the bottom."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import designer

ROOT = Path(designer.__file__).parent


def modules() -> dict[str, Path]:
    """All modules of the program by their dotted names; a package by its own."""
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(path: Path) -> Iterator[str]:
    """What a module names in any import, within functions and for type checking as well."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def arrows(within: str) -> dict[str, set[str]]:
    """For each module of a package the modules of it that it imports; a package counts where only it is named."""
    known = {name: path for name, path in modules().items() if f"{name}.".startswith(f"{within}.")}
    return {name: {target for target in imported(path) if target in known} - {name} for name, path in known.items()}


@pytest.mark.parametrize("package", ["core", "codegen", "engine", "blocks", "data", "parts", "recipe"])
def test_that_no_modules_import_each_other_in_a_circle(package: str) -> None:
    found = arrows(f"designer.{package}")
    assert len(found) > 5
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_that_the_map_names_every_package_of_the_core() -> None:
    house = (ROOT.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    start = house.index("  core/ ")
    named = re.findall(r"^    (\w+)/ ", house[start : house.index("  codegen/ ")], re.MULTILINE)
    assert sorted(named) == sorted(path.parent.name for path in (ROOT / "core").glob("*/__init__.py"))
