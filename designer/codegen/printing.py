"""Expressions as Python text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from designer.codegen.layout import Brackets, Chain, Code, flat
from designer.core.ir.expr import Expr, Module, Op, literal

Named = Callable[[Expr], str | None]
"""The name of a value that has one."""

_RANK = {"+": 1, "-": 1, "*": 2, "/": 2}
_ATOM = 3


class Printer:
    """Prints expressions; `named` says which values go by a name, `attribute` how a module is reached."""

    def __init__(self, named: Named, attribute: Callable[[Module], str]) -> None:
        self._named = named
        self._attribute = attribute

    def code(self, value: Any) -> Code:
        """A value or literal of an expression."""
        if isinstance(value, Expr) and (name := self._named(value)):
            return name
        if isinstance(value, Module):
            return f"self.{self._attribute(value)}"
        if isinstance(value, Op):
            return self._operation(value)
        if isinstance(value, list) and value:
            return Brackets("[", tuple(map(self.code, value)), "]")
        if isinstance(value, tuple) and any(isinstance(item, Expr) for item in value):
            return Brackets("(", tuple(map(self.code, value)))
        return literal(value)

    def _operation(self, op: Op) -> Code:
        first, *others = op.args
        if op.form == "operator":
            return self._chain(op)
        if op.form in ("index", "item"):
            return f"{self._atom(first)}[{self._index(others[0])}]"
        if op.form == "unpack":
            return self.code(first)
        head = {"function": op.name, "method": f"{self._atom(first)}.{op.name}"}.get(op.form) or self._atom(first)
        given = op.args if op.form == "function" else others
        items = [self.code(item) for item in given]
        items += [keyword_code(name, self.code(item)) for name, item in op.kwargs.items()]
        return Brackets(f"{head}(", tuple(items))

    def _chain(self, op: Op) -> Code:
        first, second = op.args
        added = (op.name, self._operand(second, op, right=True))
        if self._rank(first) == _RANK[op.name]:
            start = self.code(first)
            assert isinstance(start, Chain)
            return Chain(start.first, (*start.others, added))
        return Chain(self._operand(first, op), (added,))

    def _operand(self, value: Any, op: Op, right: bool = False) -> str:
        text = flat(self.code(value))
        rank = self._rank(value)
        return f"({text})" if rank < _RANK[op.name] or (right and rank == _RANK[op.name]) else text

    def _atom(self, value: Any) -> str:
        text = flat(self.code(value))
        return text if self._rank(value) == _ATOM else f"({text})"

    def _rank(self, value: Any) -> int:
        """How strongly the parts of a value hold together."""
        if isinstance(value, Op) and value.form == "operator" and not self._named(value):
            return _RANK[value.name]
        return _ATOM

    def _index(self, value: Any) -> str:
        if isinstance(value, tuple) and value:
            return ", ".join(map(self._index, value)) + ("," if len(value) == 1 else "")
        if isinstance(value, slice):
            return self._slice(value)
        return "..." if value is Ellipsis else flat(self.code(value))

    def _slice(self, value: slice) -> str:
        start, stop = ("" if bound is None else flat(self.code(bound)) for bound in (value.start, value.stop))
        plain = all(not isinstance(bound, Op) or self._named(bound) for bound in (value.start, value.stop))
        text = f"{start}:{stop}" if plain else f"{start} : {stop}".strip()
        return text if value.step is None else f"{text}:{flat(self.code(value.step))}"


def literal_code(value: object) -> Code:
    """A literal that may be broken at its commas."""
    if isinstance(value, dict) and value:
        pairs = (prefixed(f"{literal(key)}: ", literal_code(item)) for key, item in value.items())
        return Brackets("{", tuple(pairs), "}")
    if isinstance(value, list | tuple) and value:
        opening, closing = "()" if isinstance(value, tuple) else "[]"
        return Brackets(opening, tuple(map(literal_code, value)), closing)
    return literal(value)


def keyword_code(name: str, code: Code) -> Code:
    """An argument of a call by its name."""
    return prefixed(f"{name}=", code)


def prefixed(before: str, code: Code) -> Code:
    """Code with something in front of it, on the same line."""
    if not isinstance(code, Brackets):
        return before + flat(code)
    return Brackets(before + code.head, code.items, code.tail, code.each)
