"""Copies of our own functions and classes, with the imports they need: exported scripts import nothing of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from designer.core.ir.python_source import Import, ModuleSource, SourceDefinition, imports_within, read_source

_OTHERS = 2
"""The section of imports that are neither of the future nor of the standard library."""
_MARKS = re.compile(r"  # (noqa|type: ignore)\b.*$", re.MULTILINE)
_PACKAGES = {"PIL": "Pillow"}
"""What is installed under another name than it is imported by."""


@dataclass
class Copies:
    """What has been copied so far, each definition once, what is needed first coming first."""

    definitions: dict[tuple[str, str], SourceDefinition] = field(default_factory=dict)
    imports: list[Import] = field(default_factory=list)

    def add(self, name: str, home: str) -> None:
        """Copies a definition and all it uses. Raises ValueError where a module does not define the name."""
        source = read_source(home)
        if name not in source.definitions:
            raise ValueError(f"{home} defines no {name!r}")
        self._add(source, name, set())

    def _add(self, source: ModuleSource, name: str, under_way: set[str]) -> None:
        if (source.home, name) in self.definitions or name in under_way:
            return
        definition = source.definitions[name]
        for used in sorted(definition.used):
            if used in source.definitions:
                self._add(source, used, under_way | {name})
            elif used in source.imports:
                self._add_import(source.imports[used])
        self.definitions[source.home, name] = definition

    def _add_import(self, item: Import) -> None:
        if item.module.partition(".")[0] == __name__.partition(".")[0]:
            self.add(item.name, item.module)
        elif item not in self.imports:
            if item.bound in {other.bound for other in self.imports}:
                raise ValueError(f"two modules that are copied import different things as {item.bound!r}")
            self.imports.append(item)

    @property
    def names(self) -> set[str]:
        """The names that a script with these copies has taken."""
        return {name for _, name in self.definitions} | {item.bound for item in self.imports}

    def constants(self) -> list[str]:
        """The sources of the constants."""
        return [_unmarked(item.text) for item in self.definitions.values() if item.is_constant]

    def bodies(self) -> list[str]:
        """The sources of the functions and classes."""
        return [_unmarked(item.text) for item in self.definitions.values() if not item.is_constant]


def _unmarked(text: str) -> str:
    """A source without what it says to our own tools."""
    return _MARKS.sub("", text)


def packages_of(copies: Copies) -> list[str]:
    """What has to be installed for copies, beside NumPy and torch, by the names that pip knows."""
    found = [*copies.imports, *(item for text in copies.bodies() for item in imports_within(text))]
    tops = {(item.module or item.name).partition(".")[0] for item in found if item.section == _OTHERS}
    return sorted({_PACKAGES.get(name, name) for name in tops - {"numpy", "torch"}}, key=str.lower)
