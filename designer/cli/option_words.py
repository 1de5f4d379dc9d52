"""Options of data as words of a command line: what a person writes, and what can be pasted back."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import JsonValue
from pydantic.fields import FieldInfo

from designer.data.errors import DataError
from designer.data.formats.base import ColumnChoice, ColumnChoices, ReadingOptions

Options = type[ReadingOptions]
_MOST_LETTERS = 8000
"""Of options that are printed: not every system takes a longer command line."""
_PLAIN_ON_WINDOWS = re.compile(r"[\w./\\:=+-]+")
"""What needs no quotes there, in neither of the two shells."""
_BEFORE_QUOTES = re.compile(r'(\\*)("|$)')


def read_option(options: Options, text: str) -> tuple[str, Any]:
    """`NAME=VALUE`: a value is text where text is wanted, names with commas where such are, and JSON otherwise.

    Raises DataError where there is no option of that name.
    """
    name, equals, value = text.partition("=")
    fields = options.model_fields
    if not equals or name not in fields:
        raise DataError(f"--option {text}: expected NAME=VALUE, where NAME is one of {', '.join(fields)}")
    if fields[name].annotation is str:
        return name, value
    if _takes_names(fields[name]) and not value.startswith("["):
        return name, value.split(",") if value else []
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def with_columns(options: Options, usual: Mapping[str, JsonValue], texts: Iterable[str]) -> dict[str, Any]:
    """Options with what `NAME=ROLE` and `NAME=TYPE` say of columns. Raises DataError."""
    changed: dict[str, Any] = dict(usual)
    for text in texts:
        field, choices = _columns_of(options)
        if not field:
            raise DataError(f"--column {text}: this source has no columns to choose: see --option")
        name, _, value = text.rpartition("=")
        if value not in (*choices.roles, *choices.types):
            expected = f"a role ({', '.join(choices.roles)}) or a type ({', '.join(choices.types)})"
            raise DataError(f"--column {text}: expected NAME=VALUE, where VALUE is {expected}")
        columns = changed[field]
        if all(item["name"] != name for item in columns):
            known = ", ".join(item["name"] for item in columns[:20])
            raise DataError(f"--column {text}: there is no column {name!r}: expected one of {known}")
        change = {"role" if value in choices.roles else "type": value}
        changed[field] = [{**item, **change} if item["name"] == name else item for item in columns]
    return changed


def words_for(usual: ReadingOptions, changes: Mapping[str, JsonValue]) -> str:
    """Options that change others so, to be pasted into a shell; empty where they are too long for one."""
    told = " ".join(word for pair in _pairs(usual, changes) for word in map(shell_word, pair))
    return told if len(told) <= _MOST_LETTERS else ""


def _pairs(usual: ReadingOptions, changes: Mapping[str, JsonValue]) -> Iterator[tuple[str, ...]]:
    field, _ = _columns_of(type(usual))
    for name, value in changes.items():
        if name == field and isinstance(value, list) and value:
            yield from _column_pairs(getattr(usual, name), value)
        else:
            yield ("--option", f"{name}={_shortest(type(usual), name, value)}")


def _column_pairs(before: Iterable[ColumnChoice], after: Iterable[Any]) -> Iterator[tuple[str, ...]]:
    """Those of columns that differ."""
    known = {item.name: item for item in before}
    for written in after:
        item = ColumnChoice.model_validate(written)
        was = known[item.name]
        for said, now in ((was.role, item.role), (was.type, item.type)):
            if said != now:
                word = f"{item.name}={now}"
                yield (f"--column={word}",) if word.startswith("-") else ("--column", word)


def _shortest(options: Options, name: str, value: JsonValue) -> str:
    """The shortest way to write a value that is read as the same."""
    ways = [json.dumps(value, ensure_ascii=not json.dumps(value, ensure_ascii=False).isprintable())]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        ways.insert(0, ",".join(map(str, value)))
    if isinstance(value, str):
        ways.insert(0, value)
    fitting = (way for way in ways if way.isprintable() and read_option(options, f"{name}={way}")[1] == value)
    return next(fitting, ways[-1])


def _columns_of(options: Options) -> tuple[str, ColumnChoices]:
    """The option that has a choice for each column, and among which; an empty name where there is none."""
    for name, field in options.model_fields.items():
        for item in field.metadata:
            if isinstance(item, ColumnChoices):
                return name, item
    return "", ColumnChoices(())


def _takes_names(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is tuple and get_args(field.annotation) == (str, ...)


def shell_word(word: str, windows: bool = os.name == "nt") -> str:
    """A word with the quotes that a shell needs, so that it comes back as it is."""
    if not windows:
        return shlex.quote(word)
    if _PLAIN_ON_WINDOWS.fullmatch(word):
        return word
    return f'"{_BEFORE_QUOTES.sub(_escaped, word)}"'


def _escaped(found: re.Match[str]) -> str:
    """Backslashes count twice before a quote, and are what they are elsewhere."""
    return found[1] * 2 + ('\\"' if found[2] else "")
