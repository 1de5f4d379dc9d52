"""Blocks as a person types them: `conv2d 32 3 relu`, `dense 10`, `lstm 64 bidirectional`, `dropout p=0.3`.

Numbers fill the parameters in the order in which the kind declares them: `32`, `3x5` where there is one for each axis,
`0.3`. A word sets the first parameter that has it among its choices (`relu`, `same`), or the one of that name that can
be on or off (`bidirectional`); its start is enough where it can be no other. `name=value` sets any of them; the start
of a name means the first that begins so, as in `pad=1`. A word may also name the output that what follows is to take:
`lstm 64 sequences`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from designer.core.graph.block import Block
from designer.core.graph.messages import all_wrong
from designer.core.graph.network import NetworkError
from designer.core.schema.fields import ColumnOf, Sizes

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\Z", re.IGNORECASE)
_SIZES = re.compile(r"(\d+|L)([x×*,](\d+))+\Z", re.IGNORECASE)
_FLAGS = {"yes": True, "on": True, "true": True, "1": True, "no": False, "off": False, "false": False, "0": False}


class ParsingError(ValueError):
    """A word that is no value of any parameter; the message says which, and what was expected."""


@dataclass(frozen=True)
class Typed:
    """What was read: the block, and the values that were typed by their parameters."""

    block: Block
    values: Mapping[str, Any] = field(default_factory=dict)
    port: str = ""
    """The output that what follows is to take; empty for the usual one."""


def is_value(word: str) -> bool:
    """Whether a word can only be a value: a number, sizes, or `name=value`."""
    return bool(_NUMBER.match(word) or _SIZES.match(word) or "=" in word)


def splits(text: str) -> Iterator[tuple[str, list[str]]]:
    """What names a kind and what are its values, the longest name first: words may be either."""
    words = text.split()
    certain = next((place for place, word in enumerate(words) if place and is_value(word)), len(words))
    for cut in range(certain, 0, -1):
        yield " ".join(words[:cut]), words[cut:]


def read(block: Block, words: Sequence[str]) -> Typed:
    """The block with the values that were typed. Raises ParsingError."""
    reader = _WordReader(block.form_fields(), block.output_ports)
    for word in words:
        reader.take(word)
    if not reader.values:
        return Typed(block, port=reader.port)
    try:
        changed = type(block)(**reader.values) if _is_plain(block) else block.changed(**reader.values)
    except ValidationError as error:
        raise ParsingError(all_wrong(error, block.form_fields())) from None
    except NetworkError as error:
        raise ParsingError(str(error)) from None
    return Typed(changed, reader.values, reader.port)


def _is_plain(block: Block) -> bool:
    """Whether nothing is set of it but what was typed, so that a block that it replaces may give the rest."""
    return not block.model_fields_set


def grammar(block: Block, values: Mapping[str, Any] | None = None) -> list[tuple[str, str]]:
    """The parameters in the order of their declaration, each with the value that was typed, or an empty one."""
    given = values or {}
    return [
        (name, shown(given[name]) if name in given else "")
        for name, info in block.form_fields().items()
        if not _is_text(info)
    ]


def shown(value: Any) -> str:
    """A value as it is typed."""
    if isinstance(value, list | tuple):
        return "x".join("L" if part is None else str(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


class _WordReader:
    """Gives each word to a parameter."""

    def __init__(self, fields: Mapping[str, FieldInfo], ports: Sequence[str]) -> None:
        self._fields = fields
        self._ports = ports if len(ports) > 1 else ()
        self.values: dict[str, Any] = {}
        self.port = ""

    def take(self, word: str) -> None:
        """One more word. Raises ParsingError."""
        name, equals, text = word.partition("=")
        if equals:
            found = self._named(name)
            self.values[found] = _value(found, self._fields[found], text)
        elif is_value(word):
            found = self._next_number(word)
            self.values[found] = _value(found, self._fields[found], word)
        else:
            self._take_word(word)

    def _named(self, start: str) -> str:
        if start in self._fields:
            return start
        found = next((name for name in self._fields if name.startswith(start.lower()) and start), "")
        if not found:
            raise ParsingError(f"there is no parameter '{start}': there is {', '.join(self._fields) or 'none'}")
        return found

    def _next_number(self, word: str) -> str:
        for name, info in self._fields.items():
            if name not in self.values and _takes_numbers(info):
                return name
        raise ParsingError(f"'{word}' is one number too many")

    def _take_word(self, word: str) -> None:
        """A choice, or a parameter that can be on or off; the start of one does where it can be no other."""
        lower = word.lower()
        free = [(name, info.annotation) for name, info in self._fields.items() if name not in self.values]
        choices = [(name, choice) for name, kind in free if get_origin(kind) is Literal for choice in get_args(kind)]
        flags: list[tuple[str, bool | str]] = [(name, True) for name, kind in free if kind is bool]
        exact = [(name, choice) for name, choice in choices if choice == lower]
        begun = [item for item in choices if item[1].startswith(lower)]
        found = exact[:1] or begun + [item for item in flags if item[0].startswith(lower)]
        if not found and (port := next((name for name in self._ports if lower in (name, f"{name}s")), "")):
            self.port = port
            return
        if not found:
            raise ParsingError(f"'{word}' is no value of a parameter here: a number, a choice or name=value is")
        meant = list(dict.fromkeys(name if value is True else str(value) for name, value in found))
        if len(meant) > 1:
            raise ParsingError(f"'{word}' may be {' or '.join(meant[:4])}: type more of it")
        self.values[found[0][0]] = found[0][1]


def _takes_numbers(info: FieldInfo) -> bool:
    return not _is_text(info) and info.annotation is not bool and get_origin(info.annotation) is not Literal


def _is_text(info: FieldInfo) -> bool:
    return any(isinstance(rule, ColumnOf) for rule in info.metadata)


def _value(name: str, info: FieldInfo, text: str) -> Any:
    """A typed word as the value that its parameter takes; pydantic then holds it against the bounds."""
    if info.annotation is bool:
        if text.lower() not in _FLAGS:
            raise ParsingError(f"{name}: expected yes or no, got '{text}'")
        return _FLAGS[text.lower()]
    if get_origin(info.annotation) is Literal:
        if text.lower() not in get_args(info.annotation):
            raise ParsingError(f"{name}: expected {', '.join(get_args(info.annotation))}, got '{text}'")
        return text.lower()
    if _is_text(info):
        return text
    if info.annotation is float:
        return float(_number(name, text))
    if info.annotation is int:
        return _number(name, text)
    parts = [None if part.upper() == "L" else _number(name, part) for part in re.split(r"[x×*,]", text)]
    of_sample = any(isinstance(rule, Sizes) for rule in info.metadata)
    return parts if len(parts) > 1 or of_sample else parts[0]  # one number stands for all axes of a kernel


def _number(name: str, text: str) -> int | float:
    if not _NUMBER.match(text):
        raise ParsingError(f"{name}: expected a number, got '{text}'")
    try:
        return int(text)
    except ValueError:
        return float(text)
