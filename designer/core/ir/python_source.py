"""Python modules read as text, without importing them: what they define, and what that needs."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.abc import InspectLoader
from importlib.util import find_spec


@dataclass(frozen=True)
class Import:
    """`import name as alias`, or `from module import name as alias`."""

    module: str
    name: str
    alias: str = ""

    @property
    def bound(self) -> str:
        """The name that the script then has."""
        return self.alias or (self.name if self.module else self.name.partition(".")[0])

    @property
    def section(self) -> int:
        """Its place: __future__, the standard library, others."""
        top = (self.module or self.name).partition(".")[0]
        return 0 if top == "__future__" else 1 if top in sys.stdlib_module_names else 2

    def __str__(self) -> str:
        return f"{self.name} as {self.alias}" if self.alias else self.name


@dataclass(frozen=True)
class SourceDefinition:
    """A class, function or constant: its source, and the names that it uses."""

    name: str
    text: str
    used: frozenset[str]
    is_constant: bool = False


@dataclass(frozen=True)
class ModuleSource:
    """A Python module as text: what it defines and what it imports, by the names they go by in it."""

    home: str
    definitions: Mapping[str, SourceDefinition]
    imports: Mapping[str, Import]


@lru_cache(maxsize=128)
def read_source(home: str) -> ModuleSource:
    """Reads a Python module without importing it. Raises ValueError where there is none."""
    spec = find_spec(home)
    loader = spec.loader if spec else None
    text = loader.get_source(home) if isinstance(loader, InspectLoader) else None
    if text is None:
        raise ValueError(f"there is no Python module called {home!r}")
    lines = text.splitlines()
    definitions: dict[str, SourceDefinition] = {}
    imports: dict[str, Import] = {}
    for item in ast.parse(text).body:
        if isinstance(item, ast.Import | ast.ImportFrom):
            imports |= {found.bound: found for found in _imports(item)}
        elif name := defined_name(item):
            first = min([item.lineno, *(mark.lineno for mark in getattr(item, "decorator_list", []))])
            source = "\n".join(lines[first - 1 : item.end_lineno])
            is_constant = isinstance(item, ast.Assign | ast.AnnAssign)
            definitions[name] = SourceDefinition(name, source, frozenset(_used(item)), is_constant)
        else:
            definitions |= {found.name: found for found in _side_by_side(item, text)}
    return ModuleSource(home, definitions, imports)


def _side_by_side(item: ast.stmt, text: str) -> Iterable[SourceDefinition]:
    """Constants that are defined in one line, `FIRST, SECOND = 1, 2`, each by itself."""
    if not isinstance(item, ast.Assign) or not isinstance(item.value, ast.Tuple):
        return
    (target,) = item.targets
    names = target.elts if isinstance(target, ast.Tuple) else []
    for name, value in zip(names, item.value.elts, strict=False):
        if isinstance(name, ast.Name):
            source = f"{name.id} = {ast.get_source_segment(text, value)}"
            yield SourceDefinition(name.id, source, frozenset(_used(value)), is_constant=True)


def imports_within(text: str) -> Iterable[Import]:
    """What functions of a source import where they need it."""
    for item in ast.walk(ast.parse(text)):
        if isinstance(item, ast.Import | ast.ImportFrom):
            yield from _imports(item)


def _imports(item: ast.Import | ast.ImportFrom) -> Iterable[Import]:
    module = item.module or "" if isinstance(item, ast.ImportFrom) else ""
    for alias in item.names:
        yield Import(module, alias.name, alias.asname or "")


def defined_name(item: ast.stmt) -> str:
    """The name that a statement at the top of a module defines."""
    if isinstance(item, ast.ClassDef | ast.FunctionDef):
        return item.name
    if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
        return item.target.id
    if isinstance(item, ast.Assign) and len(item.targets) == 1 and isinstance(item.targets[0], ast.Name):
        return item.targets[0].id
    return ""


def _used(item: ast.AST) -> Iterable[str]:
    return (found.id for found in ast.walk(item) if isinstance(found, ast.Name))
