"""The model of a script: its classes as lines."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from designer.codegen.classes import ClassText, Variable
from designer.codegen.forward import forward_lines
from designer.codegen.layout import Brackets, Code, Line, broken, indented
from designer.codegen.shapes import annotation, argument_shapes, tensor_letters, tensor_shape
from designer.core.ir.expr import Call, Module, Program, Ref, literal, walk
from designer.core.schema.shape import Shape
from designer.core.schema.units import plural

_ROOM = 110
"""Characters that fit between the quotes of a docstring."""


def is_chain(text: ClassText) -> bool:
    """Whether a class is an nn.Sequential."""
    return bool(text.modules) and text.program.is_sequential and list(text.modules) == list(text.program.needed_modules)


def class_lines(text: ClassText, taken: Collection[str]) -> list[Line]:
    """A class; `taken` are the names of the script, which values must not hide."""
    base = "nn.Sequential" if is_chain(text) else "nn.Module"
    lines = [Line(f"class {text.name}({base}):"), *indented([Line(f'"""{_summary(text)}"""')])]
    for method in (_init(text), [] if is_chain(text) else _forward(text.program, taken)):
        lines += [Line(""), *indented(method)] if method else []
    return lines


def _summary(text: ClassText) -> str:
    """What goes in and what comes out, where a line has room for it; letters for sizes that are not always the same."""
    ends = {_ends(program) for program in text.programs}
    shapes, given = next(iter(ends))
    if not shapes:
        return f"{text.program.title}."
    lengths = ", padded to the longest," if any(shape.varies for shape in shapes) else ""
    written = tensor_shape if len(ends) == 1 else tensor_letters
    results = " and ".join(written(shape) if shape else "logits" for shape in given)
    summary = f"From {_listed(shapes, written)}{lengths} to {results}."
    return summary if len(summary) <= _ROOM else f"From {plural(len(shapes), 'value')} to {len(given)}."


def _ends(program: Program) -> tuple[tuple[Shape, ...], tuple[Shape | None, ...]]:
    """The shapes of what goes in and of what comes out, without the lengths; None for logits before a softmax."""
    results = [value for name, value in program.results.items() if name not in program.lengths.values()]
    given = tuple(value.shape if isinstance(value, Ref) else None for value in results)
    return tuple(argument_shapes(program).values()), given


def _listed(shapes: tuple[Shape, ...], written: Callable[[Shape], str]) -> str:
    """Images [N, 1, 28, 28]; 3 times images [N, 1, 28, 28]."""
    nouns = {shape.noun for shape in shapes}
    noun = f"{nouns.pop()} " if len(nouns) == 1 else ""
    times = f"{len(shapes)} times " if len(shapes) > 1 and len(set(shapes)) == 1 else ""
    shown = shapes[:1] if times else shapes
    return times + noun + " and ".join(map(written, shown))


def _init(text: ClassText) -> list[Line]:
    if not text.modules:
        return []
    arguments = tuple(f"{name}: {_type(values)}" for name, values in text.variables.items())
    head = broken("", Brackets("def __init__(", ("self", *arguments)), " -> None:", indent=4)
    owners = _owners(text.program)
    if is_chain(text):
        items = [(f"{name}=", _made(item), owners.get(name, "")) for name, item in text.modules.items()]
        return [*(Line(line[4:]) for line in head), *indented(_sequential(items))]
    body = [Line("super().__init__()")]
    for name, item in text.modules.items():
        made = broken(f"self.{name} = ", _made(item), indent=8)
        body += [Line(line[8:], owners.get(name, "")) for line in made]
    return [*(Line(line[4:]) for line in head), *indented(body)]


def _sequential(items: list[tuple[str, Code, str]]) -> list[Line]:
    lines = [Line("super().__init__("), Line("    OrderedDict(")]
    for before, code, block in items:
        lines += [Line(line[8:], block) for line in broken(before, code, ",", indent=16)]
    return [*lines, Line("    )"), Line(")")]


def _owners(program: Program) -> dict[str, str]:
    """The block that each module belongs to, by the module's name."""
    found: dict[str, str] = {}
    for statement in program.statements:
        for item in walk(statement.value):
            if isinstance(item, Module):
                found.setdefault(program.names[item], statement.block)
    return found


def _made(item: Call) -> Code:
    """The call that makes a module."""
    arguments = [_value(value) for value in item.args]
    arguments += [f"{name}={_value(value)}" for name, value in item.kwargs.items()]
    return Brackets(f"{item.target}(", tuple(arguments))


def _value(value: Any) -> str:
    return value.name if isinstance(value, Variable) else literal(value)


def _type(values: list[Any]) -> str:
    found = dict.fromkeys("tuple[int, ...]" if isinstance(value, tuple) else type(value).__name__ for value in values)
    return " | ".join(sorted(found))


def _forward(program: Program, taken: Collection[str]) -> list[Line]:
    names, body = forward_lines(program, taken)
    shapes = argument_shapes(program)
    given = [
        f"{name}: {annotation(shapes.get(argument))}" for name, argument in zip(names, program.arguments, strict=True)
    ]
    results = [annotation(value.shape if isinstance(value, Ref) else None) for value in program.results.values()]
    result = results[0] if len(results) == 1 else f"tuple[{', '.join(results)}]"
    head = broken("", Brackets("def forward(", ("self", *given)), f" -> {result}:", indent=4)
    return [*(Line(line[4:]) for line in head), *indented(body)]
