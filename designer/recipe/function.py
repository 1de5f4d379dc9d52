"""A function of the recipe as text: what it takes, without importing it, as most need torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from designer.core.graph.training_settings import TrainingSettings
from designer.core.ir.python_source import Import, read_source

REQUIRED = object()
"""In place of a default, for a parameter that has none."""

_CHOOSING = ("optimizer", "device")
"""Settings that choose what functions are given by the same name: torch's optimizer, and its device."""
_LINES = ("losses", "metrics", "optimizers", "descent", "machine")
"""The modules with what everybody writes as a line or two."""


@lru_cache(maxsize=32)
def functions_of(module: str) -> Mapping[str, Function]:
    """The functions that a module of the recipe defines, by their names."""
    found = read_source(f"{__package__}.{module}").definitions
    return {name: Function(module, name) for name, item in found.items() if item.text.startswith("def ")}


@dataclass(frozen=True)
class Function:
    """A function by the module of the recipe that defines it, and its name. Raises KeyError where it does not."""

    module: str
    name: str

    @property
    def home(self) -> str:
        """The Python module that it is in."""
        return f"{__package__}.{self.module}"

    @property
    def tree(self) -> ast.FunctionDef:
        """What is written there."""
        return _parsed(read_source(self.home).definitions[self.name].text)

    @property
    def body(self) -> list[ast.stmt]:
        """What it does, without its docstring."""
        return self.tree.body[1:]

    @property
    def is_copied(self) -> bool:
        """Whether a script has a copy of it; otherwise it has the lines of it where it would be called.

        What needs names of its own before it returns a value would give no line.
        """
        has_names = len(self.body) > 1 and isinstance(self.body[-1], ast.Return)
        return self.module not in _LINES or has_names

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What it takes, with the defaults."""
        names = [item.arg for item in self.tree.args.args]
        defaults = [ast.literal_eval(item) for item in self.tree.args.defaults]
        return dict(zip(names, [REQUIRED] * (len(names) - len(defaults)) + defaults, strict=True))

    @property
    def imports(self) -> list[Import]:
        """What it uses of other packages, apart from what it says of types."""
        return [item for item in self._used if not item.module.startswith(f"{__package__}.")]

    @property
    def parts(self) -> list[Import]:
        """What it uses of other modules of the recipe: a script has a copy of that, also where it has its lines."""
        return [item for item in self._used if item.module.startswith(f"{__package__}.")]

    @property
    def _used(self) -> list[Import]:
        there = read_source(self.home).imports
        names = {item.id for line in self.body for item in ast.walk(line) if isinstance(item, ast.Name)}
        return [item for name, item in there.items() if name in names]

    @property
    def settings(self) -> list[str]:
        """The training settings among its parameters."""
        return [name for name in self.parameters if name in TrainingSettings.model_fields and name not in _CHOOSING]

    def told(self, settings: TrainingSettings) -> Iterator[str]:
        """The settings that a script tells it: one that is at the parameter's own default is left out.

        Those that stand in one keyword, as both betas do, are told together.
        """
        differing = {name for name in self.settings if getattr(settings, name) != self.parameters[name]}
        beside = {name for names in self._together if names & differing for name in names}
        yield from (name for name in self.settings if name in differing | beside)

    @property
    def _together(self) -> list[set[str]]:
        """The settings with a default that stand in one keyword of what is called, for each that has several."""
        optional = {name for name in self.settings if self.parameters[name] is not REQUIRED}
        keywords = [item.value for item in ast.walk(self.tree) if isinstance(item, ast.keyword)]
        return [{item.id for item in ast.walk(value) if isinstance(item, ast.Name)} & optional for value in keywords]


@lru_cache(maxsize=128)
def _parsed(text: str) -> ast.FunctionDef:
    (found,) = ast.parse(text).body
    assert isinstance(found, ast.FunctionDef)
    return found
