"""The statements of a forward pass: one line a block, values called x along a chain, else after their blocks."""

from __future__ import annotations

from collections.abc import Collection

from designer.codegen.layout import WIDTH, Brackets, Code, Line, broken, fits, flat
from designer.codegen.printing import Printer
from designer.codegen.reserved import RESERVED
from designer.codegen.uses import Uses
from designer.core.ir.expr import Expr, Module, Op, Program, Statement, children
from designer.core.schema.transliteration import in_latin

_LONGEST_NAME = 32
_DEEPEST = 3
"""Calls in one another on a line."""
_ROOM = 8
"""Columns that the body of a method is indented by."""


def forward_lines(program: Program, taken: Collection[str]) -> tuple[list[str], list[Line]]:
    """The names of the arguments and the lines of the body; `taken` are names that values must not have."""
    writer = _Writer(program, taken)
    return writer.arguments, writer.body()


class _Writer:
    """Goes through the statements in order and keeps track of which name stands for what."""

    def __init__(self, program: Program, taken: Collection[str]) -> None:
        self._program = program
        self._taken = {"self", *RESERVED, *taken}
        self._uses = Uses(program)
        self._names: dict[object, str] = {}
        self._holders: dict[str, object] = {}
        self._step = -1
        self._block = ""
        self._lines: list[Line] = []
        self._printer = Printer(self._named, lambda item: program.names[item])
        self.arguments = [self._take(name, self._free(name.lower())) for name in program.arguments]

    def body(self) -> list[Line]:
        """All lines, the last being the return."""
        results = list(self._program.results.values())
        statements = list(self._program.needed)
        ending = statements.pop() if self._may_end(statements, results) else None
        for statement in statements:
            self._block = statement.block
            self._define(statement.value, statement)
        self._block = ending.block if ending else self._block
        for result in results:
            if self._uses.is_named(result):
                self._define(result)
            else:
                self._define_parts(result)
        self._step = self._uses.end
        if len(results) == 1:
            self._write("return ", self._uses.value(results[0]), "x")
        else:
            self._return_all(results)
        return self._lines

    def _may_end(self, statements: list[Statement], results: list[Expr]) -> bool:
        """Whether the last statement is what is returned, and needs no name of its own."""
        if len(results) != 1 or not statements:
            return False
        value = statements[-1].value
        alone = self._uses.users.get(id(value)) == {self._uses.end} and self._uses.value(results[0]) is value
        return alone and isinstance(value, Op) and value.form not in ("item", "unpack")

    def _return_all(self, results: list[Expr]) -> None:
        items = tuple(self._printer.code(result) for result in results)
        together = ", ".join(map(flat, items))
        self._line("return ", together if fits(together, " " * _ROOM + "return ") else Brackets("(", items))

    def _define(self, expr: Expr, statement: Statement | None = None) -> None:
        """Writes the line that gives a value its name, after those that it needs."""
        value = self._uses.value(expr)
        if self._named(value) or not isinstance(value, Op):
            return
        if value.form == "item":
            self._unpack(value.args[0])
            return
        self._define_parts(value)
        self._step = self._uses.steps[id(value)]
        name = self._name_of(statement, value) if statement else self._name_within(value)
        self._write(f"{name} = ", value, name)
        self._take(id(value), name)

    def _define_parts(self, expr: Expr) -> None:
        for part in self._uses.named_parts(expr):
            self._define(part)

    def _unpack(self, whole: Op) -> None:
        """`states, state = ...`; what nobody uses is called _."""
        self._define_parts(whole)
        self._step = self._uses.steps[id(whole)]
        code = self._printer.code(whole.args[0])
        items = {item.args[1]: item for item in self._uses.items.values() if item.args[0] is whole}
        names = ["_"] * len(whole.names)
        for place, item in sorted(items.items()):
            wanted = whole.names[place].lower()
            names[place] = self._take(id(item), self._free(wanted, self._prefixed(wanted)))
        self._line(f"{', '.join(names)} = ", code)

    def _named(self, value: Expr) -> str | None:
        return self._names.get(self._uses.key(value))

    def _name_of(self, statement: Statement, value: Op) -> str:
        """The name of what a port gives."""
        if self._is_chain(value):
            return "x"
        first = next(item.port for item in self._program.statements if item.block == statement.block)
        name = statement.block.lower() if statement.port == first else self._prefixed(statement.port.lower())
        return self._free(name)

    def _prefixed(self, name: str) -> str:
        return f"{self._block.lower()}_{name}"

    def _is_chain(self, value: Op) -> bool:
        """Whether a value takes the place of x: it is all that is made of x, or it joins what has come from it."""
        if not self._is_free("x"):
            return False
        refs = {self._uses.key(part) for part in self._uses.named_parts(value)} - self._uses.lengths
        if len(refs) != 1:
            return len(refs) > 1
        (ref,) = refs
        alone = len(self._uses.users[ref]) == 1
        return alone and (ref == self._holders.get("x") or ref in self._uses.items)

    def _name_within(self, value: Op) -> str:
        """A name for an operation in the midst of a block, after what it does."""
        what = self._block.lower()
        is_lengths = id(value) in self._uses.lengths
        while value.form == "method" and isinstance(value.args[0], Op) and not self._named(value.args[0]):
            value = value.args[0]
        if is_lengths:
            what = "lengths"
        elif value.form == "module" and isinstance(value.args[0], Module):
            what = self._program.names[value.args[0]].lower()
        elif value.form in ("function", "method"):
            what = value.name.rpartition(".")[2].lower()
        return self._free(what, self._prefixed(what))

    def _free(self, *wanted: str) -> str:
        """The first of the names that stands for nothing that is still used; else one with a number."""
        plain = [in_latin(item)[:_LONGEST_NAME] for item in wanted]
        for name in (f"{item}_" if item in RESERVED else item for item in plain):
            if self._is_free(name):
                return name
        stem = plain[-1]
        return next(name for number in range(2, 10_000) if self._is_free(name := f"{stem}_{number}"))

    def _is_free(self, name: str) -> bool:
        """What is used at this very step for the last time has been read before the name is given away."""
        holder = self._holders.get(name)
        return name not in self._taken and (holder is None or self._uses.last(holder) <= self._step)

    def _take(self, key: object, name: str) -> str:
        self._names[key] = name
        self._holders[name] = key
        return name

    def _write(self, before: str, value: Expr, name: str, one_by_one: bool = False) -> None:
        """One line, or one for each call where they lie deep in one another."""
        code = self._printer.code(value)
        inner = self._cut(value, name)
        one_by_one = one_by_one or self._depth(value) > _DEEPEST or not fits(code, " " * _ROOM + before)
        if inner is not None and one_by_one:
            self._write(f"{name} = ", inner, name, one_by_one)
            self._names[id(inner)] = name
            code = self._printer.code(value)
            del self._names[id(inner)]
        hoisted = [] if inner or self._breaks(before, code) else self._hoist(value)
        self._line(before, self._printer.code(value) if hoisted else code)
        self._taken -= set(hoisted)

    def _breaks(self, before: str, code: Code) -> bool:
        """Whether no line is too long when brackets are broken."""
        return all(len(line) <= WIDTH for line in broken(before, code, indent=_ROOM))

    def _hoist(self, value: Expr) -> list[str]:
        """Lines of their own for the operations that a value is made of, and the names that they get."""
        if isinstance(value, Op) and value.form == "method" and isinstance(value.args[0], Op):
            value = value.args[0]
        names = []
        for child in children(value):
            if isinstance(child, Op) and not self._named(child) and self._depth(child) >= 1:
                name = self._name_within(child)
                self._write(f"{name} = ", child, name)
                self._names[id(child)] = name
                self._taken.add(name)
                names.append(name)
        return names

    def _cut(self, value: Expr, name: str) -> Op | None:
        """What to write on a line before; a method stays with what it is called on."""
        inner = self._inner(value, name)
        if inner is None or self._depth(inner) < 1:
            return None
        return self._cut(inner, name) if isinstance(value, Op) and value.form == "method" else inner

    def _inner(self, value: Expr, name: str) -> Op | None:
        """The one operation that another is applied to, where `name` can stand for it meanwhile."""
        found = [child for child in children(value) if isinstance(child, Op) and not self._named(child)]
        others = {self._named(child) for child in children(value)}
        return found[0] if len(found) == 1 and name not in others else None

    def _depth(self, value: Expr) -> float:
        """How many calls lie in one another; a method reads more easily."""
        if not isinstance(value, Op):
            return 0
        within = max((self._depth(child) for child in children(value) if not self._named(child)), default=0)
        return within + {"module": 1, "function": 1, "method": 0.5}.get(value.form, 0)

    def _line(self, before: str, code: Code) -> None:
        for text in broken(before, code, indent=_ROOM):
            self._lines.append(Line(text[_ROOM:], self._block))
