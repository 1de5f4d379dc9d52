"""Programs as classes: those that differ only in the literals of their modules are one, with arguments."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from designer.core.definition import class_name
from designer.core.expr import Call, Expr, Module, Name, Op, Ref, literal
from designer.core.program import Program

Place = tuple[str, str]
"""A literal of a class: the module, and the argument by its name, or by its number as text."""

_SKIPPED = ("nn.Softmax", "nn.LogSoftmax")
"""Modules without weights that the program may have left out in front of a loss."""
_ARGUMENTS = {
    "nn.BatchNorm": ("num_features",),
    "nn.Conv": ("in_channels", "out_channels", "kernel_size"),
    "nn.Dropout": ("p",),
    "nn.Embedding": ("num_embeddings", "embedding_dim"),
    "nn.GRU": ("input_size", "hidden_size"),
    "nn.GroupNorm": ("num_groups", "num_channels"),
    "nn.InstanceNorm": ("num_features",),
    "nn.LSTM": ("input_size", "hidden_size"),
    "nn.LayerNorm": ("normalized_shape",),
    "nn.Linear": ("in_features", "out_features"),
    "nn.MultiheadAttention": ("embed_dim", "num_heads"),
    "nn.RMSNorm": ("normalized_shape",),
    "nn.RNN": ("input_size", "hidden_size"),
    "nn.TransformerEncoderLayer": ("d_model", "nhead"),
    "nn.Unflatten": ("dim", "unflattened_size"),
}
"""What torch calls the arguments that kinds give by their places."""


@dataclass(frozen=True)
class Variable:
    """An argument of a class that stands in the place of a literal."""

    name: str

    def __repr__(self) -> str:
        return self.name


@dataclass
class ClassText:
    """A class to print: the programs that it stands for, and the modules of the first one as calls of classes."""

    name: str
    programs: list[Program]
    modules: dict[str, Call]
    variables: dict[str, list[Any]] = field(default_factory=dict)
    """The arguments by name, with the values that they take in the uses."""

    @property
    def program(self) -> Program:
        """One of the programs: they differ only in literals."""
        return self.programs[0]


def written_modules(program: Program) -> dict[str, Module]:
    """The modules that a script has: all with weights, so that a state dict fits, and all that are called."""
    needed = program.needed_modules
    return {
        name: item
        for name, item in program.modules.items()
        if name in needed or not (isinstance(item.target, Call) and item.target.target in _SKIPPED)
    }


def classes_of(program: Program, taken: Collection[str]) -> list[ClassText]:
    """The classes of a program, each after those it uses; the program's own comes last."""
    making = _Classes(set(taken))
    making.own_name = making.new_name(program.title)
    for group in _alike(_nested(program)):
        making.add(group)
    making.add([program], making.own_name)
    return making.found


def _nested(program: Program) -> list[Program]:
    """The programs within a program, the innermost first, each once."""
    found: dict[int, Program] = {}
    for item in program.modules.values():
        if isinstance(item.target, Program):
            found |= {id(inner): inner for inner in _nested(item.target)}
            found[id(item.target)] = item.target
    return list(found.values())


def _alike(programs: Iterable[Program]) -> list[list[Program]]:
    """Programs that one class can serve lie together."""
    groups: dict[object, list[Program]] = {}
    for program in programs:
        groups.setdefault(_form(program), []).append(program)
    return list(groups.values())


def _form(program: Program) -> object:
    """What programs of one class have in common: all but the literals of their modules."""
    modules = tuple((name, _target_form(item.target)) for name, item in written_modules(program).items())
    seen: dict[int, int] = {}
    statements = tuple((item.key, _expr_form(item.value, program, seen)) for item in program.needed)
    results = tuple((name, _expr_form(value, program, seen)) for name, value in program.results.items())
    return program.title, program.arguments, modules, statements, results


def _target_form(target: Call | Program) -> object:
    if isinstance(target, Program):
        return _form(target)
    return target.target, target.home, len(target.args), tuple(target.kwargs)


def _expr_form(value: object, program: Program, seen: dict[int, int]) -> object:
    if isinstance(value, Ref):
        return "ref", value.block, value.port
    if isinstance(value, Name):
        return "name", value.name
    if isinstance(value, Module):
        return "module", program.names[id(value)]
    if isinstance(value, Op):
        if id(value) in seen:
            return "again", seen[id(value)]
        seen[id(value)] = len(seen)
        args = tuple(_expr_form(item, program, seen) for item in value.args)
        kwargs = tuple((name, _expr_form(item, program, seen)) for name, item in value.kwargs.items())
        return value.form, value.name, args, kwargs, value.names
    if isinstance(value, Expr):
        raise TypeError(f"cannot print {type(value).__name__}")
    if isinstance(value, list | tuple):
        return type(value).__name__, tuple(_expr_form(item, program, seen) for item in value)
    return repr(value)


@dataclass
class _Classes:
    """The classes so far, and how each program is made."""

    taken: set[str]
    own_name: str = ""
    found: list[ClassText] = field(default_factory=list)
    _calls: dict[int, Call] = field(default_factory=dict)

    def new_name(self, title: str) -> str:
        """A class name made of a title that nothing else has."""
        stem = class_name(title)
        name, number = stem, 2
        while name in self.taken:
            name, number = f"{stem}{number}", number + 1
        self.taken.add(name)
        return name

    def add(self, programs: list[Program], name: str = "") -> None:
        """The class of programs that are alike."""
        made = [{name: self._call(item.target) for name, item in written_modules(item).items()} for item in programs]
        named = _variables(made)
        modules = {key: _with_variables(key, item, named) for key, item in made[0].items()}
        text = ClassText(name or self.new_name(programs[0].title), programs, modules)
        for place, variable in named.items():
            text.variables[variable] = [_literal_at(modules_of_one, place) for modules_of_one in made]
        self.found.append(text)
        for place_of_use, program in enumerate(programs):
            given = {variable: values[place_of_use] for variable, values in text.variables.items()}
            self._calls[id(program)] = Call(text.name, kwargs=given)

    def _call(self, target: Call | Program) -> Call:
        return self._calls[id(target)] if isinstance(target, Program) else target


def _places(modules: dict[str, Call]) -> Iterable[Place]:
    for name, item in modules.items():
        yield from ((name, str(number)) for number in range(len(item.args)))
        yield from ((name, key) for key in item.kwargs)


def _literal_at(modules: dict[str, Call], place: Place) -> Any:
    name, key = place
    return modules[name].args[int(key)] if key.isdigit() else modules[name].kwargs[key]


def _variables(made: list[dict[str, Call]]) -> dict[Place, str]:
    """Names for the literals that differ; those that are always the same as each other share one.

    Two modules that read so many channels read the same value. Two that give so many do so by chance, unless all do.
    """
    columns: dict[Place, tuple[Any, ...]] = {}
    for place in _places(made[0]):
        column = tuple(literal(_literal_at(modules, place)) for modules in made)
        if len(set(column)) > 1:
            columns[place] = column
    plain = {place: _argument(made[0][place[0]], place[1]) for place in columns}
    names: dict[Place, str] = {}
    for place, column in columns.items():
        same = [other for other in names if columns[other] == column and plain[other] == plain[place]]
        shared = all(columns[other] == column for other in columns if plain[other] == plain[place])
        own = plain[place] if shared else f"{place[0].lower()}_{plain[place]}"
        by_chance = plain[place].startswith("out_") and not shared
        names[place] = names[same[0]] if same and not by_chance else own
    return names


def _argument(item: Call, key: str) -> str:
    """What an argument is called where the class is defined."""
    if not key.isdigit():
        return key
    stem = re.sub(r"(Transpose)?\dd$", "", item.target)
    known = _ARGUMENTS.get(stem, ())
    return known[int(key)] if int(key) < len(known) else f"argument_{int(key) + 1}"


def _with_variables(name: str, item: Call, named: dict[Place, str]) -> Call:
    args = tuple(
        Variable(named[name, str(number)]) if (name, str(number)) in named else value
        for number, value in enumerate(item.args)
    )
    kwargs = {key: Variable(named[name, key]) if (name, key) in named else value for key, value in item.kwargs.items()}
    return Call(item.target, args, kwargs, item.home)
