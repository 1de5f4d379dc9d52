"""Blocks of any kind with any parameters, and shapes for them: each case is a whole number, read as a row of choices.

A number below the count of all ways has a digit for each choice, to the base of how many there are. So a few ways are
gone through one by one, and of many some are taken that differ. Hypothesis, which would look for a smaller example of
what fails, takes ten times as long for each as most tests of a block do; these blocks are small as they are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, permutations
from math import lcm, prod
from random import Random
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin

from annotated_types import Ge, Le
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from designer.core.graph.block import LEARNING, Block
from designer.core.graph.definition import Definition
from designer.core.graph.registry import find
from designer.core.schema.fields import BALANCED, ColumnOf, PerAxis, RealNumbers, Sizes, WeightsByName, WholeNumbers
from designer.core.schema.shape import Shape, features, image, sequence
from designer.core.schema.some_of import SomeOf

LARGEST = 12
"""Sizes go no further, so that each case is quick."""
TIMES = 50 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 1
"""So many times as many cases."""
DRAWN = 2**24
"""Of more numbers than these hypothesis likes the small ones."""

T = TypeVar("T")


class Choices:
    """The choices of one case. The simplest of each comes first: there hypothesis ends where it can."""

    def __init__(self, number: Callable[[], int], ways: int) -> None:
        self._number, self._ways = number, ways
        self._rest, self._left = 0, 0

    def of(self, values: Sequence[T]) -> T:
        """One of the values, each as likely as any other."""
        if self._left < len(values):
            self._rest, self._left = self._number(), self._ways
        self._left //= len(values)
        self._rest, place = divmod(self._rest, len(values))
        return values[place]


@dataclass(frozen=True)
class Making(Generic[T]):
    """How a value is made of choices, and in how many ways at most."""

    of: Callable[[Choices], T]
    ways: int


def some(making: Making[T], count: int, wanted: Callable[[T], bool] = lambda made: True) -> list[T]:
    """All that can be made, or so many of them that differ in their choices: the same ones each time.

    Where not all are wanted, at most ten times as many are looked at.
    """
    return list(islice(filter(wanted, islice(_made(making), 10 * count * TIMES)), count * TIMES))


def _made(making: Making[T]) -> Iterator[T]:
    random, ways, seen = Random(making.ways), max(making.ways, 2), set[int]()
    while len(seen) < making.ways:
        number = random.randrange(ways)
        if number not in seen:
            seen.add(number)
            numbers = iter([number])
            yield making.of(Choices(lambda numbers=numbers: next(numbers, random.randrange(ways)), ways))


def drawn(making: Making[T]) -> st.SearchStrategy[T]:
    """What is made of choices, for hypothesis to draw."""
    ways = min(max(making.ways, 2), DRAWN)
    return _drawn(making, st.integers(0, ways - 1), ways)


@st.composite
def _drawn(draw: st.DrawFn, making: Making[T], numbers: st.SearchStrategy[int], ways: int) -> T:
    return making.of(Choices(lambda: draw(numbers), ways))


def one_of(values: Sequence[T]) -> Making[T]:
    return Making(lambda choices: choices.of(values), len(values))


def whole_numbers(low: int, high: int) -> Making[int]:
    """Any of them, small ones most often: windows, strides and groups that are all large fit nowhere."""
    ranges = (range(low, low + 1), range(low, min(high, low + 3) + 1), range(low, high + 1))
    count = lcm(*map(len, ranges))
    return one_of(tuple(number for numbers in ranges for number in numbers for _ in range(count // len(numbers))))


def together(*makings: Making[Any]) -> Making[tuple[Any, ...]]:
    """A value of each, side by side."""
    return Making(lambda choices: tuple(making.of(choices) for making in makings), prod(each.ways for each in makings))


def either(*makings: Making[T]) -> Making[T]:
    """A value of one of them, each as likely as any other."""
    return Making(lambda choices: choices.of(makings).of(choices), len(makings) * max(each.ways for each in makings))


def real_numbers(low: float, high: float) -> Making[float]:
    """The bounds, what lies right beside them, and some numbers between."""
    width, random = high - low, Random(0)
    near = (low, high, low + width / 2, low + width * 1e-9, high - width * 1e-9)
    return one_of((*near, *(random.uniform(low, high) for _ in range(11))))


def rows_of(rule: WholeNumbers) -> Making[tuple[int, ...]]:
    """Any row of whole numbers that the rule allows."""
    if rule.order:
        return either(*(one_of(tuple(permutations(range(1, count + 1)))) for count in rule.counts))
    number = whole_numbers(rule.low, min(rule.high, LARGEST))
    fixed = [together(*(number,) * count) for count in rule.counts]
    opened = [
        together(*(one_of((-1,)) if place == free else number for place in range(count)))
        for count in rule.counts
        for free in range(count)
    ]
    return either(either(*fixed), either(*opened)) if rule.free else either(*fixed)


def making_under(rule: object) -> Making[Any] | None:
    """Any value that one of our own field types allows."""
    if isinstance(rule, PerAxis):
        size = whole_numbers(rule.low, min(rule.high, LARGEST))
        return either(size, together(*(size,) * len(rule.axes)))
    if isinstance(rule, Sizes):
        return Making(lambda choices: SHAPES.of(choices).sizes, SHAPES.ways)
    if isinstance(rule, ColumnOf):
        return one_of(("", "x", "words"))
    if isinstance(rule, SomeOf):
        return one_of(((), tuple(rule.named)[:1], tuple(rule.named)))
    if isinstance(rule, WeightsByName):
        return one_of((None, BALANCED, (("cat", 2.5),)))
    if isinstance(rule, RealNumbers):
        number = real_numbers(max(rule.low, -1e3), min(rule.high, 1e3))
        return either(*(together(*(number,) * count) for count in range(1, min(rule.most, 4) + 1)))
    return rows_of(rule) if isinstance(rule, WholeNumbers) else None


def making_of(field: FieldInfo) -> Making[Any]:
    """Any value that a parameter may have, with sizes kept small."""
    for rule in field.metadata:
        if (found := making_under(rule)) is not None:
            return found
    if get_origin(field.annotation) is Literal:
        return one_of(get_args(field.annotation))
    if field.annotation is Definition:
        from tests.grouping import some_definitions

        return one_of(some_definitions())
    if get_origin(field.annotation) is dict:
        return Making(lambda choices: {}, 1)
    if field.annotation is bool:
        return one_of((False, True))
    return _numbers_of(field)


def _numbers_of(field: FieldInfo) -> Making[Any]:
    low = next(rule.ge for rule in field.metadata if isinstance(rule, Ge))
    high = next(rule.le for rule in field.metadata if isinstance(rule, Le))
    if field.annotation is int:
        return whole_numbers(low, min(high, max(low, LARGEST)))
    if field.annotation is float:
        return real_numbers(low, high)
    raise TypeError(f"no values are known for a field of type {field.annotation}")


def values_of(field: FieldInfo) -> st.SearchStrategy[Any]:
    """The values of a parameter, for hypothesis to draw."""
    return drawn(making_of(field))


@cache
def made_of(kind: str) -> Making[Block]:
    """A kind with any parameters."""
    found = find(kind)
    assert found is not None
    fields = {name: info for name, info in found.model_fields.items() if name not in LEARNING}
    names, values = tuple(fields), together(*map(making_of, fields.values()))
    return Making(lambda choices: found(**dict(zip(names, values.of(choices), strict=True))), values.ways)


@cache  # hypothesis checks each new strategy anew, which takes longer than to draw from it
def blocks_of(kind: str) -> st.SearchStrategy[Block]:
    """The same, for hypothesis to draw."""
    return drawn(made_of(kind))


def shaped(make: Callable[..., Shape], *sizes: Sequence[int | None]) -> Making[Shape]:
    """A shape with any of the sizes, each along its axis."""
    row = together(*map(one_of, sizes))
    return Making(lambda choices: make(*row.of(choices)), row.ways)


SIZE = range(1, LARGEST + 1)
ANY_LENGTH = (*(None,) * LARGEST, *SIZE)
"""Lengths that vary are as likely as all others."""
SHAPES = either(shaped(features, SIZE), shaped(sequence, ANY_LENGTH, SIZE), shaped(image, SIZE, SIZE, SIZE))
"""Features, sequences (of one length, or of lengths that vary) and images."""
