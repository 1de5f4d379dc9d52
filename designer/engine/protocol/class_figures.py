"""How well each class of an Output is told: what events have of it, and lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

MOST_IN_AN_EPOCH, MOST_IN_THE_END = 50, 1_000
"""Classes of which an event tells for all Outputs together: of more those with the most samples."""
MOST_LETTERS = 60
"""Of a class's name."""


@dataclass(frozen=True)
class ClassFigures:
    """Of an Output's classes, in their order: precision, recall, F1 and how many samples (or steps) are of each.

    What would be divided by nothing is 0. `of` is how many classes there are: of very many not all are here.
    """

    part: Literal["val", "test"]
    output: str
    of: int
    names: tuple[str, ...]
    precision: tuple[float, ...]
    recall: tuple[float, ...]
    f1: tuple[float, ...]
    samples: tuple[int, ...]

    def to_row(self) -> dict[str, Any]:
        """As a line of JSON has it."""
        return asdict(self)


def is_row(value: object) -> bool:
    """Whether this is what `to_row` gives."""
    if not isinstance(value, dict) or value.keys() != {item.name for item in fields(ClassFigures)}:
        return False
    lists = [value["names"], *(value[name] for name in _NUMBERS)]
    if not all(isinstance(item, list) and len(item) == len(value["names"]) for item in lists):
        return False
    named = [value["part"], value["output"], *value["names"]]
    numbers = [value["of"], *(number for name in _NUMBERS for number in value[name])]
    return (
        value["part"] in ("val", "test")
        and all(isinstance(item, str) for item in named)
        and all(isinstance(item, int | float) and not isinstance(item, bool) for item in numbers)
    )


_NUMBERS = ("precision", "recall", "f1", "samples")


def of_rows(row: Mapping[str, Any]) -> tuple[ClassFigures, ...]:
    """Those of a line of an event; none where it has none."""
    return tuple(map(_of_row, row.get("classes", ())))


def _of_row(found: Mapping[str, Any]) -> ClassFigures:
    told: dict[str, Any] = {name: tuple(item) if isinstance(item, list) else item for name, item in found.items()}
    return ClassFigures(**told)
