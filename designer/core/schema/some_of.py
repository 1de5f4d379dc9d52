"""A field that holds any of some names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from designer.core.schema.fields import RuleError


@dataclass(frozen=True)
class SomeOf:
    """Any of some names, each once and in their order: groups of them, each with what people call the names in it."""

    groups: tuple[tuple[str, Mapping[str, str]], ...]

    @cached_property
    def named(self) -> Mapping[str, str]:
        """All names, with what people call them."""
        return {name: label for _, group in self.groups for name, label in group.items()}

    @property
    def expected(self) -> str:
        """What a person may write, in words."""
        return f"names of {', '.join(self.named)}"

    def read(self, value: object) -> tuple[str, ...]:
        """Takes ["f1", "auroc"]; raises RuleError with what was expected."""
        names = value if isinstance(value, list | tuple) else None
        if names is None or not all(isinstance(name, str) and name in self.named for name in names):
            raise RuleError(self.expected, repr(value)[:60])
        return tuple(name for name in self.named if name in names)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.plain_serializer_function_ser_schema(list)
        )
