"""Numbers as a person types them: what is no such number is told what was expected, and the nearest that may be."""

from __future__ import annotations

import math
import re

from pydantic.fields import FieldInfo

from designer.core.schema.fields import bounds, expected

_WHOLE = re.compile(r"[+-]?\d+\Z")
_REAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")
_MOST_DIGITS = 400
"""More than the largest number that a computer counts with has."""
_QUOTED = 40


class EntryError(ValueError):
    """What was typed is not taken. `nearest` is the number next to it that would be; None where there is none."""

    def __init__(self, message: str, nearest: float | None = None) -> None:
        super().__init__(message)
        self.nearest = nearest


def number(text: str, info: FieldInfo) -> float:
    """The number for a field with bounds, an int where it is a whole one. Raises EntryError."""
    low, high = bounds(info)
    return within(text, info.annotation is int, low, high, expected(info))


def within(text: str, whole: bool, low: float, high: float, wanted: str) -> float:
    """A number from `low` to `high`; `wanted` says so in words. Raises EntryError."""
    plain = text.strip()
    message = f"expected {wanted}, got {quoted(plain)}"
    if len(plain) > _MOST_DIGITS or not _REAL.match(plain):
        raise EntryError(message)
    value = int(plain) if _WHOLE.match(plain) else float(plain)
    nearest = min(max(value, low), high)
    if whole:
        nearest = round(nearest)
    if value != nearest or not math.isfinite(value):
        raise EntryError(message, nearest)
    return int(value) if whole else float(value)


def is_whole(text: str) -> bool:
    """Whether a text is a whole number, of any size that a computer reads."""
    return len(text) <= _MOST_DIGITS and bool(_WHOLE.match(text.strip()))


def quoted(text: str) -> str:
    """What was typed, in quotes, and not at any length."""
    return f"'{text if len(text) <= _QUOTED else text[: _QUOTED - 1] + '…'}'" if text else "nothing"
