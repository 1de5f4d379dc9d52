"""Units in which numbers are learned, so that any network can: near a mean of 0 and a deviation of 1."""

from __future__ import annotations

from math import floor, log10
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import JsonValue

from designer.core.graph.data_settings import DataSettings
from designer.data.assembly import split_rows
from designer.data.formats.base import PART, FoundData, Learned
from designer.data.formats.target_scale import Units
from designer.data.samples import Rows, Samples

_EACH = 64
"""Numbers up to which each has units of its own, as they may be of different things."""
_AT_ONCE = 65_536


def with_target_units(found: FoundData[Any], data: DataSettings) -> dict[str, JsonValue]:
    """The options as files have them, with the units of what is learned: by the samples that are not for the test.

    `data` says how these are kept apart.
    """
    options = found.options
    if found.learned is not None:
        options = options.model_copy(update={"target_units": _units(found, found.learned, data)})
    written: dict[str, JsonValue] = options.model_dump(mode="json", exclude_defaults=True)
    return written


def _units(found: FoundData[Any], learned: Learned, data: DataSettings) -> dict[str, Units]:
    there = learned.columns.keys() | learned.lazy.keys()
    names = [item.name for item in found.info.targets if item.classes is None and item.name in there]
    columns = {name: column for name, column in learned.columns.items() if name != PART}
    samples = Samples(columns, learned.lazy)
    rows, _ = split_rows(samples, learned.columns.get(PART), found.info, data)
    made = {name: _units_of(samples, name, rows, learned.repeated) for name in names} if len(rows) else {}
    return {name: units for name, units in made.items() if units}


def _units_of(samples: Samples, name: str, rows: Rows, repeated: int) -> Units | None:
    """Of a target [N, ..., F], or of the first `repeated` of F numbers which come again and again (0: all are others).

    None where all are from 0 to 1: they may be shares, or say yes and no, which some losses take alone. Units are
    rounded to two digits, as those of a column of a table are: a person can read them.
    """
    width = repeated or {**samples.columns, **samples.lazy}[name].shape[-1]
    width = width if width <= _EACH else 1

    def piece(first: int) -> npt.NDArray[np.float64]:
        numbers = samples.taken(name, rows[first : first + _AT_ONCE]).astype(np.float64)
        return numbers.reshape(-1, width)

    begins = range(0, len(rows), _AT_ONCE)
    count, sums, squares, is_share = 0, np.zeros(width), np.zeros(width), True
    for first in begins:
        numbers = piece(first)
        count, sums = count + len(numbers), sums + numbers.sum(0)
        is_share = is_share and bool(numbers.min() >= 0 and numbers.max() <= 1)
    if is_share:
        return None
    mean = sums / count
    for first in begins:
        squares += ((piece(first) - mean) ** 2).sum(0)
    rounded = [_rounded(*item) for item in zip(mean.tolist(), np.sqrt(squares / count).tolist(), strict=True)]
    return tuple(offset for offset, _ in rounded), tuple(scale for _, scale in rounded)


def _rounded(mean: float, deviation: float) -> tuple[float, float]:
    if not deviation > 0 or not np.isfinite(deviation):
        return 0.0, 1.0
    digits = 1 - floor(log10(deviation))
    return round(mean, digits), round(deviation, digits)
