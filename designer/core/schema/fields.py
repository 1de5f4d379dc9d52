"""Types of block parameters: what a field may hold, with bounds, units and help in one place.

The inspector, the file format and validation all read these. Types are strict: a file that says "3"
or true where a whole number belongs is told so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import Field, GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from designer.core.schema.units import plural

MAX_SIZE = 65_536
"""The largest size of any axis: beyond what one machine trains, and far from overflow."""


class RuleError(ValueError):
    """A value is not what its rule asks for.

    `wanted` goes on from the word "expected"; `sentence` says it by itself. `got` is what was there, where the rule
    tells it.
    """

    def __init__(self, wanted: str, got: str = "", sentence: str = "") -> None:
        self.wanted, self.got, self.sentence = wanted, got, sentence or f"expected {wanted}"
        super().__init__(f"{self.sentence}, got {got}" if got else self.sentence)


@dataclass(frozen=True)
class Unit:
    """What a whole number counts: the word for one, that for several, and that for 0, where it says something else."""

    one: str
    many: str
    none: str = ""

    def of(self, number: int) -> str:
        """The word for so many."""
        return self.none if self.none and number == 0 else self.one if number == 1 else self.many


UNITS = {
    unit.many: unit
    for unit in (
        Unit("feature", "features"),
        Unit("group", "groups"),
        Unit("head", "heads"),
        Unit("input", "inputs"),
        Unit("map", "maps"),
        Unit("step", "steps"),
        Unit("token", "tokens"),
        Unit("unit", "units"),
    )
}
"""Those that fields name by their word for several."""


def unit_of(info: FieldInfo) -> Unit:
    """What a field counts; empty words for nothing, and the same for one and for several where no more is known."""
    extra = info.json_schema_extra
    named = extra.get("unit", "") if isinstance(extra, dict) else ""
    if isinstance(named, list):
        return Unit(*map(str, named))
    return UNITS.get(str(named)) or Unit(str(named), str(named))


def whole(
    default: int,
    description: str,
    *,
    low: int = 1,
    high: int = MAX_SIZE,
    unit: str | tuple[str, ...] = "",
    section: str = "",
) -> Any:
    """A whole number from `low` to `high`. `unit` is what it counts: one of UNITS, or the words ("cell", "cells").

    A third word stands behind 0.
    """
    return Field(
        default=default,
        ge=low,
        le=high,
        strict=True,
        description=description,
        json_schema_extra={"unit": unit if isinstance(unit, str) else list(unit), "section": section},
    )


def real(default: float, description: str, *, low: float, high: float, unit: str = "", section: str = "") -> Any:
    """A finite number from `low` to `high`. A `section` keeps it apart from what a form shows first."""
    return Field(
        default=default,
        ge=low,
        le=high,
        strict=True,
        allow_inf_nan=False,
        description=description,
        json_schema_extra={"unit": unit, "section": section},
    )


def choice(default: str, description: str, *, section: str = "") -> Any:
    """One of the values of a Literal."""
    return Field(default=default, description=description, json_schema_extra={"section": section})


def flag(default: bool, description: str, *, section: str = "") -> Any:
    """True or false."""
    return Field(default=default, strict=True, description=description, json_schema_extra={"section": section})


def section_of(info: FieldInfo) -> str:
    """The section of a form where a field stands; empty for what is shown first."""
    extra = info.json_schema_extra
    return str(extra.get("section", "")) if isinstance(extra, dict) else ""


def is_known(info: FieldInfo) -> bool:
    """Whether a field is of a type that can be edited: one that the functions and types of this module make."""
    if any(type(rule).__module__ == __name__ for rule in info.metadata):
        return True
    bounds = all(any(hasattr(rule, name) for rule in info.metadata) for name in ("ge", "le"))
    if info.annotation in (int, float):
        return bounds
    return info.annotation is bool or get_origin(info.annotation) is Literal


def bounds(info: FieldInfo) -> tuple[Any, Any]:
    """The least and the most that a number may be; None where nothing is said."""
    found = {
        name: getattr(rule, name)
        for rule in info.metadata
        for name in ("ge", "le")
        if getattr(rule, name, None) is not None
    }
    return found.get("ge"), found.get("le")


def readable(number: float) -> str:
    """A bound as a person reads it: 65,536, 0.05, 1e-08."""
    return f"{number:,}" if isinstance(number, int) and abs(number) < 2**53 else f"{number:g}"


def expected(info: FieldInfo) -> str:
    """What a field may hold, in words: "a whole number from 1 to 65,536". Empty where only its own rule knows."""
    low, high = bounds(info)
    if info.annotation is bool:
        return "true or false"
    if info.annotation in (int, float) and low is not None and high is not None:
        noun = "a whole number" if info.annotation is int else "a number"
        return f"{noun} from {readable(low)} to {readable(high)}"
    if get_origin(info.annotation) is Literal:
        *values, last = map(repr, get_args(info.annotation))
        return f"{', '.join(values)} or {last}" if values else last
    return next((str(rule.expected) for rule in info.metadata if hasattr(rule, "expected")), "")


_OPEN = "only the length L of a sequence, the first size, may be left open"


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@dataclass(frozen=True)
class PerAxis:
    """A size along each of several axes: one whole number for all, or as many as there are. Always held as many."""

    axes: tuple[str, ...]
    low: int
    high: int

    @property
    def expected(self) -> str:
        """What a person may write, in words."""
        number = {2: "two", 3: "three"}.get(len(self.axes), str(len(self.axes)))
        return f"a whole number from {self.low} to {self.high}, or {number} as [{', '.join(self.axes)}]"

    def read(self, value: object) -> tuple[int, ...]:
        """Takes 3, (3, 5) or [3, 5] for two axes; raises RuleError with what was expected."""
        items = (value,) * len(self.axes) if _is_whole(value) else value
        if not (isinstance(items, list | tuple) and len(items) == len(self.axes) and all(map(_is_whole, items))):
            raise RuleError(self.expected)
        for size in items:
            if not self.low <= size <= self.high:
                raise RuleError(f"{self.low} to {self.high}", str(size))
        return tuple(items)

    @staticmethod
    def write(value: tuple[int, ...]) -> int | list[int]:
        """The short form for a file: one number where all are the same."""
        return value[0] if len(set(value)) == 1 else list(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.plain_serializer_function_ser_schema(self.write)
        )


@dataclass(frozen=True)
class Sizes:
    """The sizes of one sample, one to four. None, first, is a length that varies."""

    def read(self, value: object) -> tuple[int | None, ...]:
        """Takes [1, 28, 28] or [None, 12]; raises RuleError with what was expected."""
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= 4:
            raise RuleError("one to four sizes: [F], [L, F], [C, H, W] or [C, D, H, W]")
        for place, size in enumerate(value):
            if size is None:
                if place != 0 or len(value) == 3:
                    raise RuleError(_OPEN, sentence=_OPEN)
            elif not _is_whole(size) or not 1 <= size <= MAX_SIZE:
                raise RuleError(f"whole numbers from 1 to {MAX_SIZE}", repr(size))
        return tuple(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.plain_serializer_function_ser_schema(list)
        )


_NAMED_COUNTS = 4


@dataclass(frozen=True)
class WholeNumbers:
    """A few whole numbers in a row, as many as one of `counts` says. One alone may be written without a list.

    With `free`, one of them may be -1: what is left over. With `order`, they are 1, 2, 3, …, each once.
    """

    low: int
    high: int
    counts: tuple[int, ...]
    free: bool = False
    order: bool = False
    separator: str = "×"
    """What a person puts between two of them."""

    @property
    def expected(self) -> str:
        """What a person may write, in words."""
        how_many = " or ".join(filter(None, (", ".join(map(str, self.counts[:-1])), str(self.counts[-1]))))
        if len(self.counts) > _NAMED_COUNTS:
            how_many = f"{self.counts[0]} to {self.counts[-1]}"
        if self.order:
            return f"the numbers from 1 to {how_many}, each once, in the order that is wanted"
        free = ", one of them -1 for what is left" if self.free else ""
        return f"{how_many} whole numbers from {self.low} to {self.high}{free}"

    def read(self, value: object) -> tuple[int, ...]:
        """Takes 3, (3, 5) or [3, 5]; raises RuleError with what was expected."""
        items = (value,) if _is_whole(value) else value
        if not (isinstance(items, list | tuple) and len(items) in self.counts and all(map(_is_whole, items))):
            raise RuleError(self.expected)
        bounded = [item for item in items if not (self.free and item == -1)]
        if len(items) - len(bounded) > 1 or not all(self.low <= item <= self.high for item in bounded):
            raise RuleError(self.expected)
        if self.order and sorted(items) != list(range(1, len(items) + 1)):
            raise RuleError(self.expected)
        return tuple(items)

    @staticmethod
    def write(value: tuple[int, ...]) -> int | list[int]:
        """The short form for a file: one number alone without a list."""
        return value[0] if len(value) == 1 else list(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.plain_serializer_function_ser_schema(self.write)
        )


@dataclass(frozen=True)
class ColumnOf:
    """The name of a column of the data: of its features, or of its targets. An empty name leaves the choice open."""

    role: Literal["feature", "target"]


@dataclass(frozen=True)
class RealNumbers:
    """A few finite numbers in a row; one alone may be written without a list."""

    low: float
    high: float
    most: int

    @property
    def expected(self) -> str:
        """What a person may write, in words."""
        return f"1 to {plural(self.most, 'number')} from {self.low:g} to {self.high:g}"

    def read(self, value: object) -> tuple[float, ...]:
        """Takes 0.5, (0.5, 1) or [0.5, 1]; raises RuleError with what was expected."""
        items = value if isinstance(value, list | tuple) else (value,)
        numbers = [float(item) for item in items if isinstance(item, int | float) and not isinstance(item, bool)]
        if not 1 <= len(items) <= self.most or len(numbers) != len(items):
            raise RuleError(self.expected)
        if not all(self.low <= number <= self.high for number in numbers):
            raise RuleError(self.expected)
        return tuple(numbers)

    @staticmethod
    def write(value: tuple[float, ...]) -> float | list[float]:
        """The short form for a file: one number alone without a list."""
        return value[0] if len(value) == 1 else list(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.plain_serializer_function_ser_schema(self.write)
        )


@dataclass(frozen=True)
class WeightsByName:
    """How much each class counts: None for all alike, BALANCED, or own numbers as pairs of a name and a number."""

    low: float
    high: float

    @property
    def expected(self) -> str:
        """What a person may write, in words."""
        return (
            f"'none', '{BALANCED}', or numbers from {self.low:g} to {self.high:g} by the names of classes, as "
            '{"rare": 5.0}'
        )

    def read(self, value: object) -> str | tuple[tuple[str, float], ...] | None:
        """Takes None, "none", "balanced", {"rare": 5} or its pairs; raises RuleError with what was expected."""
        if value in (None, "none", BALANCED):
            return BALANCED if value == BALANCED else None
        pairs = list(value.items()) if isinstance(value, dict) else value
        if not isinstance(pairs, list | tuple) or not all(isinstance(item, list | tuple) for item in pairs):
            raise RuleError(self.expected, repr(value)[:60])
        for item in pairs:
            if len(item) != 2 or not isinstance(item[0], str) or not self._is_weight(item[1]):
                raise RuleError(self.expected, " ".join(map(repr, item))[:60])
        found = {name: float(number) for name, number in pairs}
        return tuple(sorted(found.items())) or None  # as files have them: what is opened again is the same

    def _is_weight(self, value: object) -> bool:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and self.low <= value <= self.high  # type: ignore[operator]

    @staticmethod
    def write(value: str | tuple[tuple[str, float], ...] | None) -> str | dict[str, float] | None:
        """As a file has it."""
        return dict(value) if isinstance(value, tuple) else value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.plain_serializer_function_ser_schema(self.write)
        )


BALANCED = "balanced"
"""Each class counts as much as any other, however many samples it has."""
ClassWeights = Annotated[str | tuple[tuple[str, float], ...] | None, WeightsByName(0.001, 10_000.0)]
IMAGE_AXES = ("height", "width")
VOLUME_AXES = ("depth", "height", "width")
LARGEST_WINDOW = 1024

KernelSize2d = Annotated[tuple[int, int], PerAxis(IMAGE_AXES, 1, LARGEST_WINDOW)]
KernelSize3d = Annotated[tuple[int, int, int], PerAxis(VOLUME_AXES, 1, LARGEST_WINDOW)]
Stride2d = KernelSize2d
Stride3d = KernelSize3d
PoolStride2d = Annotated[tuple[int, int], PerAxis(IMAGE_AXES, 0, LARGEST_WINDOW)]
PoolStride3d = Annotated[tuple[int, int, int], PerAxis(VOLUME_AXES, 0, LARGEST_WINDOW)]
Padding2d = PoolStride2d
Padding3d = PoolStride3d
SampleSizes = Annotated[tuple[int | None, ...], Sizes()]
NewSizes = Annotated[tuple[int, ...], WholeNumbers(1, MAX_SIZE, (1, 2, 3, 4), free=True)]
"""Sizes of a value that is laid out anew; one may be -1."""
Milestones = Annotated[tuple[int, ...], WholeNumbers(1, 1_000_000, tuple(range(1, 33)), separator=", ")]
"""Epochs at whose end something happens."""
AxisOrder = Annotated[tuple[int, ...], WholeNumbers(1, 4, (2, 3, 4), order=True, separator=", ")]
"""Axes counted from 1, as torch counts them behind the batch axis."""
Sides = Annotated[tuple[int, ...], WholeNumbers(0, 1024, (1, 2, 4, 6), separator=", ")]
"""One number for all sides; or start and end; left, right, top, bottom; left, right, top, bottom, front, back."""
ScaleFactor = Annotated[tuple[int, ...], WholeNumbers(1, 64, (1, 2, 3))]
"""One number for all axes, or one for each, as [height, width] or [depth, height, width]."""
FeatureName = Annotated[str, ColumnOf("feature"), Field(strict=True, max_length=64)]
TargetName = Annotated[str, ColumnOf("target"), Field(strict=True, max_length=64)]
