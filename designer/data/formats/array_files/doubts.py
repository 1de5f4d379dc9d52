"""What a person should know of arrays before training."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from designer.core.schema.units import noun, plural
from designer.data.formats.array_files.members import Member
from designer.data.formats.base import PART, Answer, Finding
from designer.data.readers.arrays import is_finite
from designer.data.samples import Array

_SHOWN = 20
_MOST_COMPARED = 100_000
_ZERO = Answer("Put 0 in their place", {"missing": "zero"})
_LEAVE_OUT = Answer("Leave those samples out", {"missing": "leave_out"})


def unreadable(members: Sequence[Member]) -> Iterator[Finding]:
    """Members that have a problem. Single values beside the samples, such as a description, are none."""
    found = [f"{member.name}: {member.problem}" for member in members if member.problem and member.shape]
    if found:
        one = noun(len(found), "is", "are")
        yield Finding(f"{plural(len(found), 'member')} cannot be read, and {one} ignored.", tuple(found[:_SHOWN]))


def without_partner(names: Sequence[str]) -> Iterator[Finding]:
    """Members of a part that has not all that the training part has."""
    if names:
        one = noun(len(names), "It is", "They are")
        yield Finding(f"Some members have no partner in their part, such as labels. {one} ignored.", tuple(names))


def missing_values(arrays: Mapping[str, np.ndarray], names: Sequence[str], missing: str) -> Iterator[Finding]:
    """Samples with values that are not finite, as float32."""
    counts = {}
    for name in names:
        if arrays[name].dtype.kind == "f":
            with np.errstate(over="ignore"):
                counts[name] = int((~is_finite(arrays[name].astype(np.float32))).sum())
    where = tuple(f"{name}: {plural(count, 'sample')}" for name, count in counts.items() if count)
    if where:
        how = "0 is put in their place" if missing == "zero" else "Those samples are left out"
        answer = _LEAVE_OUT if missing == "zero" else _ZERO
        yield Finding(f"Some values are missing (not a number) or infinite. {how}.", where, (answer,))


def copies(columns: Mapping[str, Array], inputs: Sequence[str]) -> Iterator[Finding]:
    """Samples with the same inputs, and those that are in several parts."""
    count = min(_MOST_COMPARED, len(next(iter(columns.values()))))
    places: dict[int, list[int]] = defaultdict(list)
    for row in range(count):
        places[hash(tuple(columns[name][row].tobytes() for name in inputs))].append(row)
    same = [rows for rows in places.values() if len(rows) > 1]
    if not same:
        return
    extra = sum(len(rows) - 1 for rows in same)
    told = f"{plural(extra, 'sample')} {noun(extra, 'has', 'have')} the same inputs as another one"
    parts = columns.get(PART)
    if parts is None:
        yield Finding(f"{told}. Copies may come to both sides when samples are kept apart for the test.")
        return
    across = [rows for rows in same if len({int(parts[row]) for row in rows}) > 1]
    if across:
        where = tuple(" = ".join(f"sample {row}" for row in rows[:5]) for rows in across[:_SHOWN])
        yield Finding(
            f"{told}; {len(across):,} of them in another part, so that what is measured has been learned.", where
        )


def not_looked_through() -> Finding:
    """Told of files that are too large to be read only to look for doubts."""
    return Finding("The inputs are large: whether values are missing in them is seen when they are read.")
