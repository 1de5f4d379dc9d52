"""A script: its sections put together, and the lines of each block."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from designer.codegen.classes import ClassText, classes_of
from designer.codegen.copies import Copies
from designer.codegen.imports import FUNCTIONAL, NN, ORDERED_DICT, TENSOR, TORCH
from designer.codegen.layout import Line, plain
from designer.codegen.model import class_lines, is_chain
from designer.core.graph.definition import class_name
from designer.core.ir import torch_extras
from designer.core.ir.expr import Op, Program, walk
from designer.core.ir.python_source import Import


@dataclass(frozen=True)
class Script:
    """The lines of a Python file."""

    lines: tuple[Line, ...]
    model: str
    """The name of the model's class."""

    @cached_property
    def text(self) -> str:
        """The whole file."""
        return "\n".join(line.text for line in self.lines) + "\n"

    def lines_of(self, block_id: str, group: str = "") -> list[int]:
        """The numbers, from 0, of the lines that are there for a block: of the network, or of the inside of a group."""
        title = class_name(group) if group else ""
        return [number for number, line in enumerate(self.lines) if (line.block, line.group) == (block_id, title)]


@dataclass
class ModelText:
    """The model's part of a script: its classes, the parts they use and the imports they need."""

    name: str
    classes: list[ClassText]
    copies: Copies
    imports: list[Import]

    @classmethod
    def of(cls, program: Program, taken: Collection[str] = ()) -> ModelText:
        """What it takes to write a program; its classes take none of the names that are `taken`."""
        copies = Copies()
        functions = set()
        for inner in _with_nested(program):
            for item in inner.modules.values():
                if not isinstance(item.target, Program) and "." not in item.target.target:
                    copies.add(item.target.target, item.target.home or torch_extras.home_of(item.target.target))
            functions |= set(_functions(inner))
        for name in sorted(functions):
            if "." not in name:
                copies.add(name, torch_extras.home_of(name))
        classes = classes_of(program, {*copies.names, *taken})
        imports = [NN, *copies.imports]
        imports += [TORCH] if any(name.startswith("torch.") for name in functions) else []
        imports += [FUNCTIONAL] if any(name.startswith("F.") for name in functions) else []
        imports += [TENSOR] if not all(map(is_chain, classes)) else []
        imports += [ORDERED_DICT] if any(map(is_chain, classes)) else []
        return cls(classes[-1].name, classes, copies, imports)

    def sections(self) -> Iterator[list[Line]]:
        """Each function and class, to be set apart by two empty lines; the constants stand above them all."""
        taken = {item.bound for item in self.imports} | self.copies.names
        for text in self.copies.bodies():
            yield plain(text)
        for item in self.classes[:-1]:
            yield [replace(line, group=item.program.title) for line in class_lines(item, taken)]
        yield class_lines(self.classes[-1], taken)


def _with_nested(program: Program) -> Iterator[Program]:
    yield program
    for item in program.modules.values():
        if isinstance(item.target, Program):
            yield from _with_nested(item.target)


def _functions(program: Program) -> Iterator[str]:
    seen: set[int] = set()
    for value in [*(item.value for item in program.needed), *program.results.values()]:
        for item in walk(value, seen):
            if isinstance(item, Op) and item.form == "function":
                yield item.name


def joined(sections: Iterable[list[Line]]) -> list[Line]:
    """Sections with two empty lines between them."""
    lines: list[Line] = []
    for section in sections:
        lines += [Line(""), Line(""), *section] if lines else section
    return lines
