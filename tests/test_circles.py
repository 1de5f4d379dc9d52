"""Modules import one another in one direction, type checking included: a reader can begin at the bottom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
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


@cache
def imported(path: Path) -> frozenset[str]:
    """What a module names in any import, within functions and for type checking as well."""
    return frozenset(_named_in(ast.parse(path.read_text(encoding="utf-8"))))


def _named_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def arrows(within: str) -> dict[str, set[str]]:
    """For each module of a package the modules of it that it imports; a package counts where only it is named."""
    known = {name: path for name, path in modules().items() if f"{name}.".startswith(f"{within}.")}
    return {name: {target for target in imported(path) if target in known} - {name} for name, path in known.items()}


def without_circle(found: dict[str, set[str]]) -> None:
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def test_that_no_modules_import_each_other_in_a_circle() -> None:
    found = arrows("designer")
    assert len(found) > 500
    without_circle(found)


def packages() -> list[str]:
    return [name for name, path in modules().items() if path.name == "__init__.py"]


def side_by_side(within: str) -> dict[str, set[str]]:
    """For each package directly within one: the packages beside it that anything in it imports."""
    beside = [name for name in packages() if name.rpartition(".")[0] == within]
    found: dict[str, set[str]] = {name: set() for name in beside}
    for module, targets in arrows(within).items():
        for home in beside:
            if f"{module}.".startswith(f"{home}."):
                found[home] |= {name for name in beside for target in targets if f"{target}.".startswith(f"{name}.")}
    return {home: targets - {home} for home, targets in found.items()}


def packages_with_packages() -> list[str]:
    return sorted({name.rpartition(".")[0] for name in packages() if "." in name})


@pytest.mark.parametrize("package", packages_with_packages())
def test_that_no_packages_import_each_other_in_a_circle(package: str) -> None:
    without_circle(side_by_side(package))


def test_that_packages_are_found_with_what_they_import() -> None:
    assert {"designer", "designer.core", "designer.ui", "designer.ui.canvas"} <= set(packages_with_packages())
    assert side_by_side("designer.ui.canvas")["designer.ui.canvas.layers"] == {"designer.ui.canvas.items"}
