"""Columns of a table: what each of them is to the network, and what was found in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Role = Literal["input", "target", "group", "time", "part", "ignored"]
"""Learned from; learned; what belongs together; when it was; training, validation or test; not read."""
ROLES: tuple[Role, ...] = get_args(Role)

ColumnType = Literal["number", "category", "yes_no", "date", "text", "identifier"]
"""What the cells of a column are."""
TYPES: tuple[ColumnType, ...] = get_args(ColumnType)


class ColumnChoice(BaseModel):
    """What a column is to the network. A person chooses its role and its type; all else is what `inspect` found."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(strict=True, max_length=1000)
    """As the file has it, or made distinct from the others."""
    role: Role = "input"
    type: ColumnType = "number"
    values: tuple[str, ...] = ()
    """The categories, in the order of their numbers."""
    parts: tuple[str, ...] = ()
    """Of a date those that differ: year, month, day, weekday, hour."""
    gaps: bool = False
    """Whether cells are missing."""
    offset: float = 0.0
    scale: float = Field(default=1.0, gt=0)
    """A target that is a number is learned as (number − offset) / scale; an input is read as number − offset."""


@dataclass(frozen=True)
class ColumnFacts:
    """What was found in a column, for a person to look at. Numbers and dates have a least and a most, as text."""

    name: str
    missing: int
    distinct: int
    """About so many where there are very many."""
    least: str = ""
    most: str = ""
    mean: float | None = None
