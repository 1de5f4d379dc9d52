"""Arrays as columns of samples: axes where a network expects them, classes as numbers, parts behind each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from designer.data.readers._parts import PARTS
from designer.data.readers._shared import Units, in_units

CHANNELS_BEHIND = {"image_last": 1, "volume_last": 1, "frames_last": 2}
"""Layouts in which the channels come last, and the axis to which they are moved."""


def columns_of(
    arrays: Mapping[str, np.ndarray],
    inputs: Mapping[str, tuple[Sequence[str], str, float]],
    targets: Mapping[str, tuple[Sequence[str], str, Sequence[int | str]]],
    parts: Sequence[int] = (),
    part: str = "",
    group: str = "",
    samples_last: Sequence[str] = (),
    missing: str = "leave_out",
    units: Mapping[str, Units] | None = None,
) -> dict[str, np.ndarray]:
    """Columns of samples [N, ...] from the members of a file.

    Each of the inputs has its members, one for each of `parts` (0 training, 1 validation, 2 test) or one alone, the
    layout of a sample, and what its numbers are divided by. Each of the targets has its members, its kind and, for
    classes, the values that stand for them. `part` and `group` are members that say of each sample what part it is of,
    and what it belongs to. In those of `samples_last` the last axis counts the samples. A sample with a value that is
    not finite is left out, or the value becomes 0 where `missing` is "zero"; one of no class is left out. `units` are
    those in which numbers of targets are given. Raises ValueError where members do not fit together.
    """
    arrays = {name: first_samples(array, name in samples_last) for name, array in arrays.items()}
    counts = expect_same_counts(arrays, [members for members, *_ in (*inputs.values(), *targets.values())])
    columns, kept = {}, np.ones(sum(counts), dtype=bool)
    for name, (members, layout, scale) in inputs.items():
        columns[name] = joined([laid_out(arrays[member], layout, scale) for member in members])
    for name, (members, kind, values) in targets.items():
        columns[name] = joined([wanted(arrays[member], kind, values, (units or {}).get(name)) for member in members])
        if kind in ("class", "one_hot"):
            kept &= (columns[name].reshape(len(kept), -1) >= 0).all(axis=1)
    for column in columns.values():
        if column.dtype == np.float32 and missing == "zero":
            np.nan_to_num(column, copy=False, nan=0, posinf=0, neginf=0)
        elif column.dtype == np.float32:
            kept &= is_finite(column)
    columns |= beside(arrays, len(kept), part, group)
    if parts:
        columns["part"] = np.repeat(np.array(parts, dtype=np.int8), counts)
    if not kept.any():
        raise ValueError("no sample is left: each has a value that is missing, or of no class")
    return columns if kept.all() else {name: column[kept] for name, column in columns.items()}


def beside(arrays: Mapping[str, np.ndarray], count: int, part: str, group: str) -> dict[str, np.ndarray]:
    """What the members `part` and `group` say of each sample. Raises ValueError where there are not as many."""
    for name in filter(None, (part, group)):
        if len(arrays[name]) != count:
            raise ValueError(f"{name}: expected {count:,} values, one for each sample, got {len(arrays[name]):,}")
    columns = {"part": part_numbers(arrays[part], part)} if part else {}
    if group:
        columns["group"] = np.unique(arrays[group].reshape(count, -1), axis=0, return_inverse=True)[1].reshape(-1)
    return columns


def first_samples(array: np.ndarray, are_last: bool) -> np.ndarray:
    """An array whose first axis counts the samples."""
    return np.moveaxis(array, -1, 0) if are_last else array


def expect_same_counts(arrays: Mapping[str, np.ndarray], columns: Sequence[Sequence[str]]) -> list[int]:
    """The samples of each part. Raises ValueError with the member that has another number of them."""
    first, *others = columns
    for members in others:
        for one, other in zip(first, members, strict=True):
            if len(arrays[one]) != len(arrays[other]):
                raise ValueError(
                    f"{other}: expected {len(arrays[one]):,} samples, as {one} has, got {len(arrays[other]):,}"
                )
    return [len(arrays[member]) for member in first]


def joined(arrays: list[np.ndarray]) -> np.ndarray:
    """Parts behind each other."""
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def is_finite(column: np.ndarray) -> np.ndarray:
    """Whether all values of a sample are numbers, bool [N]."""
    found = np.ones(len(column), dtype=bool)
    for first in range(0, len(column), 4096):
        some = column[first : first + 4096]
        found[first : first + 4096] = np.isfinite(some).reshape(len(some), -1).all(axis=1)
    return found


def laid_out(array: np.ndarray, layout: str, scale: float) -> np.ndarray:
    """An input: float32 with channels first, or int64 for tokens. `scale` is what its numbers are divided by."""
    if layout == "tokens":
        return array.astype(np.int64)
    with np.errstate(over="ignore"):  # what is larger than any float32 is infinite, and told as such
        numbers = array.astype(np.float32)
    if scale != 1:
        numbers /= np.float32(scale)
    if layout == "features":
        return numbers.reshape(len(numbers), -1)
    if layout == "image":
        return numbers[:, None]
    behind = CHANNELS_BEHIND.get(layout)
    return numbers if behind is None else np.ascontiguousarray(np.moveaxis(numbers, -1, behind))


def wanted(array: np.ndarray, kind: str, values: Sequence[int | str], units: Units | None = None) -> np.ndarray:
    """A target: class numbers int64, -1 for what is none of the values, or float32 with at least one number [N, F]."""
    if kind == "one_hot":
        return np.asarray(array.argmax(axis=1), dtype=np.int64)
    if kind == "class":
        plain = without_ones(array)
        known = np.array([str(value) for value in values] if plain.dtype.kind == "U" else values)
        order = np.argsort(known)
        ordered = known[order]
        place = np.searchsorted(ordered, plain).clip(0, len(ordered) - 1)
        return np.where(ordered[place] == plain, order[place], -1).astype(np.int64)
    with np.errstate(over="ignore"):
        return in_units(array[:, None] if array.ndim == 1 else array, units)


def without_ones(array: np.ndarray) -> np.ndarray:
    """Labels [N, 1] as [N]."""
    return array.reshape(len(array)) if array.size == len(array) else array


def part_numbers(array: np.ndarray, name: str) -> np.ndarray:
    """int8 [N] from 0, 1 and 2, or from the words for them. Raises ValueError for anything else."""
    values = without_ones(array)
    if values.dtype.kind == "U":
        unknown = sorted(set(map(str.lower, values.tolist())) - set(PARTS))
        numbers = np.array([PARTS.get(value.lower(), 0) for value in values.tolist()], dtype=np.int8)
    else:
        unknown = sorted(set(np.unique(values).tolist()) - {0, 1, 2})
        numbers = values.astype(np.int8)
    if unknown:
        raise ValueError(f"{name}: expected 0, 1 and 2, or train, val and test, got {unknown[0]!r}")
    return numbers
