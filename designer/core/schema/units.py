"""Amounts as a person reads and writes them: 93.3 k parameters, 5.4 MiB, 1.25 ms."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Literal, get_args

Quantity = Literal["parameters", "multiply_adds", "memory", "time"]
"""What a block costs: trainable numbers, multiply-adds for a sample, bytes, seconds."""
QUANTITIES: tuple[Quantity, ...] = get_args(Quantity)

BEYOND = "past any machine"
"""What is said of amounts that no machine has, holds or computes; groups within groups come to any number."""
_MOST: dict[Quantity, float] = {"parameters": 1e18, "multiply_adds": 1e24, "memory": 2.0**60, "time": 1e12}
_THOUSANDS = (("P", 1e15), ("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3))
_BYTES = (("PiB", 2.0**50), ("TiB", 2.0**40), ("GiB", 2.0**30), ("MiB", 2.0**20), ("KiB", 2.0**10))
_SECONDS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))
_UNITS: dict[Quantity, dict[str, float]] = {
    "parameters": {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9, "t": 1e12, "p": 1e15},
    "multiply_adds": {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9, "t": 1e12, "p": 1e15},
    "memory": {
        "": 1.0,
        "b": 1.0,
        "kb": 1e3,
        "mb": 1e6,
        "gb": 1e9,
        "tb": 1e12,
        **{unit.lower(): size for unit, size in _BYTES},
    },
    "time": {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "us": 1e-6},
}
_EXAMPLES: dict[Quantity, str] = {
    "parameters": "500 k or 1.2 M",
    "multiply_adds": "500 k or 1.2 M",
    "memory": "64 MiB or 2 GB",
    "time": "2 ms or 0.5 s",
}
_COUNTED: dict[Quantity, str] = {"parameters": "parameter", "multiply_adds": "multiply-add"}
_AMOUNT = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([^\d\s.]*)\Z")


def is_beyond(number: float, quantity: Quantity) -> bool:
    """Whether no machine has so much, so that the number says nothing; it may be a whole number beyond all floats."""
    return number >= _MOST[quantity]


def count(number: float, quantity: Quantity = "multiply_adds") -> str:
    """93.3 k, 1.2 M; in words where it is past any machine."""
    if is_beyond(number, quantity):
        return BEYOND
    for unit, size in _THOUSANDS:
        if number >= size * 0.99995:  # 999,990 reads 1.0 M, and not 1000.0 k
            return f"{number / size:.1f} {unit}"
    return str(round(number))


def noun(number: float, one: str, many: str = "") -> str:
    """What so many are called: unit, units; `many` is for those whose plural does not end in an s alone."""
    return one if number == 1 else many or f"{one}s"


def plural(number: int, one: str, many: str = "") -> str:
    """1 problem, 2,000 problems. Every count that a person reads is written by this, or its word by `noun`."""
    return f"{number:,} {noun(number, one, many)}"


def few_of(names: Sequence[str], most: int) -> str:
    """conv1, conv2; and of more than `most` the first ones: conv1, conv2 and 3 more."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def memory(number: float) -> str:
    """640 B, 5.4 MiB, 968 KiB; in words where it is past any machine."""
    if is_beyond(number, "memory"):
        return BEYOND
    for unit, size in _BYTES:
        if number >= size * 0.99995:
            return f"{number / size:.{1 if number < 99.95 * size else 0}f} {unit}"
    return f"{round(number)} B"


def time(seconds: float) -> str:
    """12 µs, 1.25 ms, 14.0 ms, 3.10 s."""
    for unit, size in _SECONDS:
        if seconds >= size * 0.9995:
            number = seconds / size
            places = 0 if unit == "µs" or number >= 99.95 else 1 if number >= 9.995 else 2
            return f"{number:.{places}f} {unit}"
    return f"{seconds * 1e6:.1f} µs" if seconds else "0 µs"


def figure(number: float) -> str:
    """A loss, an error or another number that was computed, with four digits: 0.1235, 12.5, 2,304, 2.94e+36."""
    size = abs(number)
    if not math.isfinite(number):
        return "not a number" if math.isnan(number) else f"{'−' if number < 0 else ''}infinite"
    if size == 0:
        return "0"
    if size < 0.9995e-4 or size >= 999_999.5:
        return f"{number:.2e}"
    return f"{number:,.0f}" if size >= 999.95 else f"{number:.4g}"


def shown(amount: float, quantity: Quantity) -> str:
    """An amount with its unit."""
    if quantity == "memory":
        return memory(amount)
    return time(amount) if quantity == "time" else count(amount, quantity)


def exact(amount: float, quantity: Quantity) -> str:
    """A count to the last one: 36,928; in words where it is past any machine."""
    return BEYOND if is_beyond(amount, quantity) else f"{round(amount):,}"


def named(amount: float, quantity: Quantity, exactly: bool = False) -> str:
    """A count with what is counted: 93.3 k parameters, 1 multiply-add."""
    return f"{exact(amount, quantity) if exactly else count(amount, quantity)} {noun(amount, _COUNTED[quantity])}"


def parameters(amount: int, trained: int, exactly: bool = False) -> str:
    """How many there are, and how many of them are trained where not all are: 93.3 k parameters (1.29 k trained)."""
    words = named(amount, "parameters", exactly)
    if trained == amount:
        return words
    shown = exact if exactly else count
    return f"{words} ({shown(trained, 'parameters')} trained)" if trained else f"{words} (frozen)"


def parse(text: str, quantity: Quantity) -> float | None:
    """The amount that a person has written, in numbers, bytes or seconds; None for nothing.

    Raises ValueError, with what was expected, for what is no amount above zero.
    """
    plain = text.strip().replace(",", "").replace("\N{NO-BREAK SPACE}", " ")
    if not plain:
        return None
    found = _AMOUNT.match(plain)
    factor = _UNITS[quantity].get(found[2].lower().replace("μ", "µ")) if found else None
    if found is None or factor is None or not math.isfinite(float(found[1])) or float(found[1]) <= 0:
        raise ValueError(f"expected an amount such as {_EXAMPLES[quantity]}, got '{text.strip()[:40]}'")
    return float(found[1]) * factor


def example(quantity: Quantity) -> str:
    """How amounts of a quantity may be written."""
    return _EXAMPLES[quantity]
