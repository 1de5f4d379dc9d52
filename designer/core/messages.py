"""What a person is told: problems with their mends, and pydantic's errors in plain words."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

from pydantic import ValidationError

from designer.core.design import Design


@dataclass(frozen=True)
class Fix:
    """A one-click mend: what it says on the button, and the edit that it makes."""

    title: str
    apply: Callable[[Design], Design]
    loses: bool = False
    """Whether it takes something away that a person made, so that nobody else should choose it."""
    guess: bool = False
    """Whether it guesses what the person means to do, such as where an edge is to come from."""


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
class Problem:
    """Why a network cannot be trained yet. `block` and `field` say where, as far as it is at one place."""

    message: str
    block: str = ""
    field: str = ""
    fixes: Sequence[Fix] = ()
    """Ways out, the most usual one first."""
    inside: Problem | None = dataclasses.field(default=None, repr=False)
    """The same problem, as it is told at the block inside the group `block`."""

    def __str__(self) -> str:
        return self.message


def validation_messages(error: ValidationError, limit: int = 5) -> list[str]:
    """One line for each field that is wrong: its name, what was expected and what was there."""
    lines = []
    for item in error.errors(include_url=False, include_context=True)[:limit]:
        where = ".".join(str(part) for part in item["loc"])
        field = f"{where}: " if where else ""
        lines.append(f"{field}{_plain(item['type'], item['msg'])}{_got(item)}")
    return lines


def _plain(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "there is no such field"
    if kind == "model_type":
        return "expected an object"
    text = message.removeprefix("Value error, ").removeprefix("Input should be ")
    return text if text.startswith("expected") else f"expected {text[:1].lower()}{text[1:]}"


def _got(item: object) -> str:
    assert isinstance(item, dict)
    if item["type"] in ("extra_forbidden", "missing", "value_error"):
        return ""
    shown = repr(item["input"])
    return f", got {shown if len(shown) <= 60 else shown[:57] + '...'}"
