"""Expressions: what a block computes, written once; the engine evaluates them with torch, codegen prints them.

A kind writes its forward pass as it would with tensors, `module(call("nn.Conv1d", 8, 16, 3))(x.transpose(1, 2))`,
but `x` stands for a value that is not there yet, and what comes back is a tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any, Literal

from designer.core.schema.shape import Shape


@dataclass(frozen=True)
class Call:
    """A torch module by name and arguments: built by the engine, and printable as Python.

    `target` is `nn.Conv2d`, or the plain name of a class: of one in `designer.parts`, or, where `home` names a
    Python module, of one in that module. Its source goes into exported scripts.
    """

    target: str
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    home: str = ""

    def __str__(self) -> str:
        return f"{self.target}({', '.join(printed_arguments(self.args, self.kwargs))})"


def printed_arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[str]:
    """Literal arguments as Python has them."""
    return [literal(arg) for arg in args] + [f"{name}={literal(value)}" for name, value in kwargs.items()]


def literal(value: object) -> str:
    """A value as ruff would format it: strings in double quotes, infinities that Python can read."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, float) and not isfinite(value):
        return f'float("{value}")'
    if isinstance(value, tuple):
        inside = ", ".join(literal(item) for item in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, list):
        return f"[{', '.join(literal(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(key)}: {literal(item)}' for key, item in value.items())}}}"
    return repr(value)


def _quoted(text: str) -> str:
    """In double quotes, unless single ones save escapes; what cannot be seen is escaped."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    escapes = {"\\": "\\\\", quote: f"\\{quote}"}
    return (
        quote
        + "".join(escapes.get(sign) or (sign if sign.isprintable() else repr(sign)[1:-1]) for sign in text)
        + quote
    )


def call(target: str | type, *args: Any, **kwargs: Any) -> Call:
    """`call("nn.Conv2d", 1, 32, kernel_size=3)`; `call(Swish, 1.0)` for a module in a file of a person's own."""
    if isinstance(target, str):
        return Call(target, args, kwargs)
    if target.__module__.startswith("torch."):
        return Call(f"nn.{target.__name__}", args, kwargs)
    return Call(target.__name__, args, kwargs, home=target.__module__)


@dataclass(frozen=True, eq=False)
class Expr:
    """A value of the forward pass. Methods of tensors, arithmetic and indexing give further ones."""

    def __getattr__(self, name: str) -> Callable[..., Expr]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *args, **kwargs: Op("method", name, (self, *args), kwargs)

    def __add__(self, other: object) -> Expr:
        return Op("operator", "+", (self, other))

    def __sub__(self, other: object) -> Expr:
        return Op("operator", "-", (self, other))

    def __mul__(self, other: object) -> Expr:
        return Op("operator", "*", (self, other))

    def __truediv__(self, other: object) -> Expr:
        return Op("operator", "/", (self, other))

    def __getitem__(self, index: object) -> Expr:
        return Op("index", "", (self, index))


@dataclass(frozen=True, eq=False)
class Name(Expr):
    """An argument of the forward pass."""

    name: str


@dataclass(frozen=True, eq=False)
class Ref(Expr):
    """What an output port of a block gives: its shape and, where its length varies, the lengths [N]."""

    block: str
    port: str
    shape: Shape
    lengths: Expr | None = None


@dataclass(frozen=True, eq=False)
class Module(Expr):
    """A module that belongs to a block: `suffix` tells it from the block's others; one without is named as the block.

    With `shared`, all modules of that name in a network are one.
    """

    target: Call | Program
    suffix: str = ""
    shared: str = ""

    def __call__(self, *args: object, **kwargs: object) -> Expr:
        """What the module makes of these values."""
        return Op("module", "", (self, *args), dict(kwargs))


@dataclass(frozen=True, eq=False)
class Op(Expr):
    """An operation on values and literals.

    Forms: `module` (args[0] is called), `function` (by name), `method` (of args[0]), `operator`, `index`
    (args[0][args[1]]), `unpack` (a tuple whose items get names) and `item` (one of those).
    """

    form: Literal["module", "function", "method", "operator", "index", "unpack", "item"]
    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class WithLengths(Expr):
    """An output whose lengths [N] are its own; only at the top of what a block's `forward` gives."""

    value: Expr
    lengths: Expr


def with_lengths(value: Expr, lengths: Expr | None) -> Expr:
    """An output with lengths of its own; the value alone where there are none."""
    return value if lengths is None else WithLengths(value, lengths)


def module(target: Call | Program, suffix: str = "", shared: str = "") -> Module:
    """A module to call on values."""
    return Module(target, suffix, shared)


def function(name: str, *args: object, **kwargs: object) -> Expr:
    """`function("torch.cat", [a, b], dim=1)`; `F.pad` and functions of `designer.parts` go by their names, too."""
    return Op("function", name, args, dict(kwargs))


def unpack(value: Expr, *names: str) -> tuple[Expr, ...]:
    """The items of a tuple; `names` are what exported code calls them."""
    whole = Op("unpack", "", (value,), names=names)
    return tuple(Op("item", name, (whole, place)) for place, name in enumerate(names))


def children(expr: Expr) -> Iterator[Expr]:
    """The expressions that one is made of, in the order in which they are evaluated."""
    if isinstance(expr, WithLengths):
        yield from (expr.value, expr.lengths)
    if isinstance(expr, Op):
        # A module comes after what it is called on, so that modules are in the order in which values reach them.
        first = 1 if expr.form == "module" else 0
        yield from _within(expr.args[first:])
        yield from _within(tuple(expr.kwargs.values()))
        yield from _within(expr.args[:first])


def _within(value: object) -> Iterator[Expr]:
    if isinstance(value, Expr):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _within(item)


def walk(expr: Expr, seen: set[int] | None = None) -> Iterator[Expr]:
    """An expression and all it is made of, each once, what is needed first coming first."""
    known = set() if seen is None else seen
    if id(expr) in known:
        return
    known.add(id(expr))
    for child in children(expr):
        yield from walk(child, known)
    yield expr


@dataclass(frozen=True, eq=False)
class Statement:
    """What an output port of a block is: `value` is evaluated once, and others refer to it by block and port.

    `lengths` are those of the value, where its length varies; others have them from the references.
    """

    block: str
    port: str
    value: Expr
    lengths: Expr | None = None

    @property
    def key(self) -> tuple[str, str]:
        """How references name it."""
        return self.block, self.port


@dataclass(frozen=True, eq=False)
class Program:
    """The forward pass of a network.

    `arguments` are those of forward: for each Input its value and, where its length varies, its lengths.
    `modules` are the attributes in the order of their making; `results` is what reaches each Output.
    """

    title: str
    arguments: tuple[str, ...]
    modules: dict[str, Module]
    statements: tuple[Statement, ...]
    results: dict[str, Expr]
    names: dict[Module, str] = field(repr=False, default_factory=dict)
    """The attribute of each module. A copy of the program, in this process or in another, has them for its own."""
    lengths: dict[str, str] = field(default_factory=dict)
    """Of a group: for each output whose length varies, the argument or the result that holds its lengths."""
    parameters: Mapping[str, tuple[tuple[str, str], ...]] = field(repr=False, default_factory=dict)
    """Of a group: the fields, by block and name, that each of its parameters sets."""
    shapes: dict[tuple[str, str], Shape] = field(repr=False, default_factory=dict)
    """What each output port gives, by block and port, and what reaches each result, by its name and `out`."""

    @cached_property
    def needed(self) -> tuple[Statement, ...]:
        """The statements that the results depend on, in order."""
        wanted = {(item.block, item.port) for item in _refs(self.results.values())}
        kept = []
        for statement in reversed(self.statements):
            if statement.key in wanted:
                kept.append(statement)
                wanted |= {(item.block, item.port) for item in _refs([statement.value])}
        return tuple(reversed(kept))

    @cached_property
    def needed_modules(self) -> dict[str, Module]:
        """The modules that the results depend on, in the order of their making."""
        seen: set[int] = set()
        values = [*(item.value for item in self.needed), *self.results.values()]
        wanted = {self.names[item] for value in values for item in walk(value, seen) if isinstance(item, Module)}
        return {name: item for name, item in self.modules.items() if name in wanted}

    @cached_property
    def is_sequential(self) -> bool:
        """Whether it is a chain of modules, each called on what the one before gives."""
        if len(self.arguments) != 1 or len(self.results) != 1:
            return False
        (result,) = self.results.values()
        names, value = [], resolved(result, self.statements)
        while isinstance(value, Op):
            if value.form != "module" or len(value.args) != 2 or value.kwargs:
                return False
            names.append(self.names[value.args[0]])
            value = resolved(value.args[1], self.statements)
        return isinstance(value, Name) and names[::-1] == list(self.needed_modules)


def _refs(values: Iterable[Expr]) -> Iterable[Ref]:
    seen: set[int] = set()
    for value in values:
        for item in walk(value, seen):
            if isinstance(item, Ref):
                yield item


def resolved(value: object, statements: Iterable[Statement]) -> object:
    """What a reference stands for in the end."""
    while isinstance(value, Ref):
        ref = value
        value = next(item.value for item in statements if item.key == (ref.block, ref.port))
    return value
