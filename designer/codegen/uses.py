"""Who uses which value of a program, and when for the last time: what the naming of values rests on."""

from __future__ import annotations

from collections.abc import Iterator

from designer.core.ir.expr import Expr, Module, Name, Op, Program, Ref, children


class Uses:
    """The values that a program's results depend on, in the order in which a script makes them.

    A value is an expression; a reference to a port is the expression behind it. Values are told apart by identity,
    arguments by their names, and lengths by how they are computed, as each block does so by itself. Those that need a
    name are made one a step: `steps` says at which, `users` at which steps a value is used. The results are the last.
    """

    def __init__(self, program: Program) -> None:
        self._behind = {statement.key: statement.value for statement in program.needed}
        self._ports = {id(value) for value in self._behind.values()}
        self._lengths_by_form: dict[object, Op] = {}
        self._count: dict[object, int] = {}
        self.lengths: set[object] = set()
        self.items: dict[int, Op] = {}
        self.steps: dict[object, int] = {}
        self.users: dict[object, set[int]] = {}
        self._made = 0
        seen: set[int] = set()
        for value in [*self._behind.values(), *program.results.values()]:
            self._count_in(value, seen)
        for statement in program.needed:
            self._order(statement.value)
        self.end = self._made
        for value in program.results.values():
            self._use(value, self.end)

    def value(self, expr: Expr) -> Expr:
        """The expression that a reference stands for in the end; others stand for themselves."""
        while isinstance(expr, Ref):
            expr = self._behind[expr.block, expr.port]
        if isinstance(expr, Op) and (form := _form_of_lengths(expr)) is not None:
            return self._lengths_by_form.setdefault(form, expr)
        return expr

    def key(self, expr: Expr) -> object:
        """What tells a value from others."""
        found = self.value(expr)
        return found.name if isinstance(found, Name) else id(found)

    def last(self, key: object) -> int:
        """The last step that uses a value; -1 where none does."""
        return max(self.users.get(key, ()), default=-1)

    def named_parts(self, expr: Expr) -> Iterator[Expr]:
        """The values with names that an expression is directly made of, in order."""
        for child in children(expr):
            if isinstance(child, Ref | Name) or self.is_named(child):
                yield child
            else:
                yield from self.named_parts(child)

    def is_named(self, expr: Expr) -> bool:
        """Whether an operation has to have a name, as it is used in several places or comes out of a port."""
        if not isinstance(expr, Op):
            return False
        return expr.form in ("unpack", "item") or id(expr) in self._ports or self._count.get(self.key(expr), 0) > 1

    def _count_in(self, given: Expr, seen: set[int]) -> None:
        expr = given if isinstance(given, Ref) else self.value(given)
        if id(expr) in seen:
            return
        seen.add(id(expr))
        if isinstance(expr, Op) and expr.form == "item":
            self.items[id(expr)] = expr
        if isinstance(expr, Ref) and expr.lengths is not None:
            self.lengths.add(self.key(expr.lengths))
        for child in children(expr):
            if not isinstance(child, Module):
                self._count[self.key(child)] = self._count.get(self.key(child), 0) + 1
            self._count_in(child, seen)

    def _order(self, expr: Expr) -> None:
        """Gives a value its step, after the steps of what it is made of."""
        value = self.value(expr)
        if isinstance(value, Op) and value.form == "item":
            value = value.args[0]
        if not isinstance(value, Op) or id(value) in self.steps:
            return
        parts = list(self.named_parts(value))
        for part in parts:
            self._order(part)
        for part in parts:
            self.users.setdefault(self.key(part), set()).add(self._made)
        self.steps[id(value)] = self._made
        self._made += 1

    def _use(self, expr: Expr, step: int) -> None:
        """A result: it may be a value with a name, or be made of some."""
        value = self.value(expr)
        if isinstance(value, Name) or self.is_named(value):
            self._order(value)
            self.users.setdefault(self.key(value), set()).add(step)
            return
        for part in self.named_parts(value):
            self._order(part)
            self.users.setdefault(self.key(part), set()).add(step)


def _form_of_lengths(value: object) -> object:
    """How lengths are computed from the arguments of forward; None for anything that has to do with other values."""
    if isinstance(value, Name):
        return value.name
    if isinstance(value, Op):
        parts = [_form_of_lengths(item) for item in (*value.args, *value.kwargs.values())]
        return None if None in parts else (value.form, value.name, *parts, *value.kwargs)
    return None if isinstance(value, Expr | list | tuple | slice) or value is None else ("literal", repr(value))
