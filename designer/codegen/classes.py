"""Programs as classes: those that differ only in the literals of their modules are one, with arguments."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from designer.codegen.arguments import argument_name, default_of, has_default
from designer.codegen.ties import Entering, Place, ties
from designer.core.graph.definition import class_name
from designer.core.ir.expr import Call, Expr, Module, Name, Op, Program, Ref, literal

_SKIPPED = ("nn.Softmax", "nn.LogSoftmax")
"""Modules without weights that the program may have left out in front of a loss."""


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
    needed = tuple(key for key in target.kwargs if not has_default(target, key))
    return target.target, target.home, len(target.args), needed


def _expr_form(value: object, program: Program, seen: dict[int, int]) -> object:
    if isinstance(value, Ref):
        return "ref", value.block, value.port
    if isinstance(value, Name):
        return "name", value.name
    if isinstance(value, Module):
        return "module", program.names[value]
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
        made = _with_equal_arguments(made)
        named = _variables(made, ties(programs[0], made[0]) if len(made) > 1 else {})
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


def _with_equal_arguments(made: list[dict[str, Call]]) -> list[dict[str, Call]]:
    """The modules of programs that are alike, where what one of them gives is given in all: some leave out defaults."""
    given = {name: dict.fromkeys(key for modules in made for key in modules[name].kwargs) for name in made[0]}
    return [
        {
            name: Call(item.target, item.args, {key: _argument(item, key) for key in given[name]}, item.home)
            for name, item in modules.items()
        }
        for modules in made
    ]


def _argument(item: Call, key: str) -> Any:
    return item.kwargs[key] if key in item.kwargs else default_of(item, key)


def _variables(made: list[dict[str, Call]], tied: Mapping[Place, Hashable]) -> dict[Place, str]:
    """Names for the literals that differ; those that are always the same as each other share one.

    Two modules that read so many channels read the same value. Two that give so many do so by chance, unless all do, or
    they are tied.
    """
    columns: dict[Place, tuple[Any, ...]] = {}
    for place in _places(made[0]):
        column = tuple(literal(_literal_at(modules, place)) for modules in made)
        if len(set(column)) > 1:
            columns[place] = column
    plain = {place: _name_at(made[0], place) for place in columns}
    sizes = _one_size(columns, plain, tied)
    plain |= {place: _SIZE_NAMES.get(plain[place], "size") for place in sizes}
    kinds = {place: (columns[place], plain[place], sizes.get(place)) for place in columns}
    names: dict[Place, str] = {}
    for place, kind in kinds.items():
        same = [other for other in names if kinds[other] == kind]
        shared = all(kinds[other] == kind for other in columns if plain[other] == plain[place])
        short = shared or isinstance(kind[2], Entering)
        by_chance = plain[place].startswith("out_") and not shared
        wanted = [*([plain[place]] if short else []), f"{place[0].lower()}_{plain[place]}"]
        names[place] = names[same[0]] if same and not by_chance else _free_name([*wanted, "_".join(place)], names)
    return names


def _free_name(wanted: Iterable[str], names: Mapping[Place, str]) -> str:
    """The first that no other argument has."""
    return next(name for name in wanted if name not in names.values())


_SIZE_NAMES = {
    "in_channels": "channels",
    "out_channels": "channels",
    "num_channels": "channels",
    "num_features": "channels",
    "in_features": "features",
    "out_features": "features",
    "input_size": "features",
    "normalized_shape": "features",
}
"""What a size is called that is read as well as given."""


def _one_size(
    columns: Mapping[Place, tuple[Any, ...]], plain: Mapping[Place, str], tied: Mapping[Place, Hashable]
) -> dict[Place, Hashable]:
    """The places whose size others have to have as well that are called otherwise, and what they are tied to."""
    groups: dict[Hashable, list[Place]] = {}
    for place, column in columns.items():
        if place in tied:
            groups.setdefault((column, tied[place]), []).append(place)
    mixed = [places for places in groups.values() if len({plain[place] for place in places}) > 1]
    return {place: tied[place] for places in mixed for place in places}


def _name_at(modules: Mapping[str, Call], place: Place) -> str:
    """What an argument is called where the class of its module is defined."""
    name, key = place
    return argument_name(modules[name], int(key)) if key.isdigit() else key


def _with_variables(name: str, item: Call, named: dict[Place, str]) -> Call:
    args = tuple(
        Variable(named[name, str(number)]) if (name, str(number)) in named else value
        for number, value in enumerate(item.args)
    )
    kwargs = {key: Variable(named[name, key]) if (name, key) in named else value for key, value in item.kwargs.items()}
    return Call(item.target, args, kwargs, item.home)
