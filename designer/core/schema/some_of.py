"""A field that holds any of some names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from designer.core.schema.fields import RuleError


@dataclass(frozen=True)
class Numbered:
    """Names that end with a whole number of a person's choice, as `top_3` does."""

    begin: str
    """What each name begins with."""
    label: str
    """The same as people say it."""
    low: int
    high: int
    question: str
    """What the number is, for who is asked for one."""
    usual: int

    def number(self, name: str) -> int | None:
        """That of a name; None where it is none of these."""
        digits = name.removeprefix(self.begin)
        if not name.startswith(self.begin) or not (digits.isascii() and digits.isdecimal()) or digits[0] == "0":
            return None
        return int(digits) if len(digits) < len(str(self.high)) + 1 and self.low <= int(digits) <= self.high else None

    def label_of(self, name: str) -> str:
        """What people call it."""
        return f"{self.label}{self.number(name)}"


@dataclass(frozen=True)
class SomeOf:
    """Any of some names, each once and in their order: groups of them, each with what people call the names in it.

    A group may have further names with a number, by the group's title. They stand where the group has some of them.
    """

    groups: tuple[tuple[str, Mapping[str, str]], ...]
    numbered: tuple[tuple[str, Numbered], ...] = ()

    @cached_property
    def named(self) -> Mapping[str, str]:
        """All names without those of any number, with what people call them."""
        return {name: label for _, group in self.groups for name, label in group.items()}

    @property
    def expected(self) -> str:
        """What a person may write, in words."""
        further = (f"{item.begin}K with K from {item.low} to {item.high:,}" for _, item in self.numbered)
        return f"names of {', '.join((*self.named, *further))}"

    def numbered_of(self, name: str) -> Numbered | None:
        """The further names that a name is one of."""
        return next((item for _, item in self.numbered if item.number(name) is not None), None)

    def holds(self, name: str) -> bool:
        """Whether this is one of the names."""
        return name in self.named or self.numbered_of(name) is not None

    def label(self, name: str) -> str:
        """What people call one of the names."""
        numbered = self.numbered_of(name)
        return numbered.label_of(name) if numbered else self.named[name]

    def in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of these that are names here, each once."""
        return tuple(sorted({name for name in names if self.holds(name)}, key=self._place))

    def _place(self, name: str) -> tuple[int, int]:
        """Those with a number stand together, the smaller ones first."""
        numbered, listed = self.numbered_of(name), list(self.named)
        if numbered is None:
            return listed.index(name), 0
        first = next((place for place, one in enumerate(listed) if numbered.number(one) is not None), len(listed))
        return first, numbered.number(name) or 0

    def read(self, value: object) -> tuple[str, ...]:
        """Takes ["f1", "auroc"]; raises RuleError with what was expected."""
        names = value if isinstance(value, list | tuple) else None
        if names is None or not all(isinstance(name, str) and self.holds(name) for name in names):
            raise RuleError(self.expected, repr(value)[:60])
        return self.in_order(names)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.plain_serializer_function_ser_schema(list)
        )
