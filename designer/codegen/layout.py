"""Lines of Python as ruff's formatter would break them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from unicodedata import combining, east_asian_width

WIDTH = 120
INDENT = 4


@dataclass(frozen=True)
class Brackets:
    """Something in brackets, which may be broken at its commas: `head` ends with the opening one, `tail` begins
    with the closing one.

    The arguments of a call may stand together on a line of their own, the items of a list may not. With `each`,
    every item has its own line even where all would fit on one.
    """

    head: str
    items: tuple[Code, ...]
    tail: str = ")"
    each: bool = False

    @property
    def is_call(self) -> bool:
        """Whether these are the arguments of a call."""
        return self.head.endswith("(") and self.head.rstrip("(")[-1:] not in ("", "=", " ")

    @property
    def is_tuple(self) -> bool:
        """Whether these are the items of a tuple: one that is alone needs its comma."""
        return self.head.endswith("(") and not self.is_call


@dataclass(frozen=True)
class Chain:
    """Operands joined by operators of one rank, `a + b - c`: broken in front of the operators."""

    first: Code
    others: tuple[tuple[str, Code], ...]


Code = str | Brackets | Chain


@dataclass(frozen=True)
class Line:
    """A line of a script, and the block that it is there for: one of the network, or of the group called `group`."""

    text: str
    block: str = ""
    group: str = ""


def flat(code: Code) -> str:
    """Code on one line."""
    if isinstance(code, str):
        return code
    if isinstance(code, Chain):
        return flat(code.first) + "".join(f" {sign} {flat(item)}" for sign, item in code.others)
    alone = "," if code.is_tuple and len(code.items) == 1 else ""
    return f"{code.head}{', '.join(map(flat, code.items))}{alone}{code.tail}"


def columns(text: str) -> int:
    """How wide a line is: signs of Chinese, Japanese and Korean take two columns."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(sign) in "WF" else bool(not combining(sign)) for sign in text)


def fits(code: Code, before: str = "", after: str = "") -> bool:
    """Whether code, with what stands around it, may stay on one line."""
    return not _each(code) and columns(before + flat(code) + after) <= WIDTH


def _each(code: Code) -> bool:
    return isinstance(code, Brackets) and (code.each or any(map(_each, code.items)))


def broken(before: str, code: Code, after: str = "", indent: int = 0) -> list[str]:
    """Code after `before`, on as many lines as it takes; `indent` counts columns."""
    start = " " * indent + before
    if isinstance(code, str) or fits(code, start, after):
        return [f"{start}{flat(code)}{after}"]
    if isinstance(code, Chain):
        return _broken_chain(before, code, after, indent)
    inner = indent + INDENT
    together = ", ".join(map(flat, code.items))
    if code.is_call and not _each(code) and inner + columns(together) <= WIDTH:
        body = [" " * inner + together]
    else:
        body = [line for item in code.items for line in broken("", item, ",", inner)]
    return [start + code.head, *body, " " * indent + code.tail + after]


def _broken_chain(before: str, code: Chain, after: str, indent: int) -> list[str]:
    """In brackets of its own, unless it stands between those of a call already."""
    if before:
        inner = indent + INDENT
        body = [" " * inner + flat(code)] if fits(code, " " * inner) else _broken_chain("", code, "", inner)
        return [f"{' ' * indent}{before}(", *body, f"{' ' * indent}){after}"]
    lines = broken("", code.first, "", indent)
    for sign, item in code.others:
        lines += broken(f"{sign} ", item, "", indent)
    return [*lines[:-1], lines[-1] + after]


def indented(lines: Iterable[Line], levels: int = 1) -> list[Line]:
    """The lines further to the right; empty ones stay empty."""
    shift = " " * (INDENT * levels)
    return [replace(line, text=shift + line.text) if line.text else line for line in lines]


def plain(text: str) -> list[Line]:
    """The lines of a text that belong to no block."""
    return [Line(line) for line in text.splitlines()]
