"""What a person is told: problems with their mends, and pydantic's errors in plain words."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from designer.core.graph.block import ShapeError
from designer.core.graph.design import Design
from designer.core.graph.network import Node
from designer.core.schema.fields import RuleError, expected
from designer.core.schema.shape import Shape
from designer.core.schema.units import noun


@dataclass(frozen=True)
class Fix:
    """A one-click mend: what it says on the button, and the edit that it makes."""

    title: str
    apply: Callable[[Design], Design]
    loses: bool = False
    """Whether it takes something away that a person made, so that nobody else should choose it."""
    guess: bool = False
    """Whether it guesses what the person means to do, such as where an edge is to come from."""
    inside: bool = False
    """Whether it mends what is inside a group, which its title says then."""


class Later(Sequence[Fix]):
    """Fixes that are looked for when somebody first asks: most problems are gone before that."""

    def __init__(self, find: Callable[[], Iterable[Fix]]) -> None:
        self._find = find

    @cached_property
    def _found(self) -> tuple[Fix, ...]:
        return tuple(self._find())

    def __iter__(self) -> Iterator[Fix]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, place: int) -> Fix: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Fix, ...]: ...
    def __getitem__(self, place: int | slice) -> Fix | tuple[Fix, ...]:
        return self._found[place]


@dataclass(frozen=True)
class Cause:
    """What inference saw at a block that has no shape. Ways out are looked for from it, when somebody looks."""

    node: Node
    inputs: tuple[Shape, ...] = ()
    """What its connected ports are given, as far as that is known."""
    error: ShapeError | None = None
    """Why it cannot take that; None where a port is free, and for a kind that is not known."""


@dataclass(frozen=True)
class Problem:
    """Why a network cannot be trained yet. `block` and `field` say where, as far as it is at one place."""

    message: str
    block: str = ""
    field: str = ""
    fixes: Sequence[Fix] = ()
    """Ways out, the most usual one first."""
    inside: Problem | None = dataclasses.field(default=None, repr=False)
    """The same problem, as it is told at the block inside the group `block`."""
    cause: Cause | None = dataclasses.field(default=None, repr=False)
    """Where inference found it, which knows no fixes."""

    def __str__(self) -> str:
        return self.message

    @property
    def identity(self) -> tuple[str, str]:
        """What tells it from others of its network, also when it is found anew: the block, and what is said of it."""
        return self.block, self.message


def found_anew(problems: Iterable[Problem], wanted: Problem, title: str) -> Fix | None:
    """The fix of this title for the problem that says the same at the same block, of those that there are now.

    A fix is an edit of the design that it was found for: of a later one it could name what is gone, or mean another
    block. None where the problem is mended, or has no such fix any longer.
    """
    same = (item for item in problems if item.identity == wanted.identity)
    return next((fix for item in same for fix in item.fixes if fix.title == title), None)


def validation_messages(
    error: ValidationError,
    limit: int = 5,
    fields: Mapping[str, FieldInfo] | None = None,
    called: Mapping[str, str] | None = None,
) -> list[str]:
    """One line for each field that is wrong: its name, what was expected and what was there.

    With the `fields` of the model a line names all that its field may hold: both bounds, and not the crossed one.
    `called` has the names of fields that a person knows by another one.
    """
    lines = []
    for item in error.errors(include_url=False, include_context=True)[:limit]:
        where = ".".join(str(part) for part in item["loc"])
        info = (fields or {}).get(where)
        field = f"{(called or {}).get(where, where)}: " if where else ""
        lines.append(f"{field}{_said(item, info)}{_got(item)}")
    return lines


def all_wrong(
    error: ValidationError, fields: Mapping[str, FieldInfo] | None = None, called: Mapping[str, str] | None = None
) -> str:
    """What is wrong with each field, in a line."""
    return "; ".join(validation_messages(error, fields=fields, called=called))


_ITS_OWN_WORDS = {
    "extra_forbidden": "there is no such field",
    "missing": "it is missing",
}
_EXPECTED = {
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
    "dataclass_type": "an object",
    "list_type": "a list",
    "tuple_type": "a list",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "string_unicode": "text",
    "literal_error": "{expected}",
    "enum": "{expected}",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "string_too_long": "at most {max_length} {characters}",
    "string_too_short": "at least {min_length} {characters}",
    "too_long": "at most {max_length} {items}",
    "too_short": "at least {min_length} {items}",
    "string_pattern_mismatch": "text of another form",
}
"""What a field may hold, by the kind of pydantic's error, with places for what the error knows."""


def _said(item: ErrorDetails, info: FieldInfo | None) -> str:
    """What was expected, in our words."""
    kind, context = item["type"], item.get("ctx", {})
    length = context.get("max_length", context.get("min_length", 0))
    known = {name: _short(value) for name, value in context.items()}
    known |= {"characters": noun(length, "character"), "items": noun(length, "item")}
    if kind in _ITS_OWN_WORDS:
        return _ITS_OWN_WORDS[kind]
    if kind == "value_error":
        error = context.get("error")
        if not isinstance(error, RuleError):
            return str(error)
        return f"expected {error.wanted}, got {error.got}" if error.got else f"expected {error.wanted}"
    whole = expected(info) if info else ""
    return f"expected {whole or _EXPECTED.get(kind, 'another value').format_map(known)}"


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _got(item: ErrorDetails) -> str:
    if item["type"] in ("extra_forbidden", "missing", "value_error"):
        return ""
    shown = repr(item["input"])
    return f", got {shown if len(shown) <= 60 else shown[:57] + '...'}"
