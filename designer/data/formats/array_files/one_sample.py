"""One sample of somebody's own for data that are arrays: an array, a picture, or numbers that were typed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from designer.core.graph.binding import Feature
from designer.data.errors import DataError
from designer.data.formats.array_files.members import expect_room, kind_of, members_of
from designer.data.formats.one_sample import Given, curve_of, file_of, picture_of, told_as, vector_of
from designer.data.readers.arrays import laid_out
from designer.data.readers.pictures import is_picture
from designer.data.samples import Array

_EXPECTED = "an array of one sample (.npy, .npz)"


def array_of(given: Given, feature: Feature, members: Sequence[str], layout: str, scale: float) -> Array:
    """The value of an input for one sample, [...], laid out and scaled as its members are. Raises DataError."""
    if isinstance(given, str) or given.suffix.lower() in (".csv", ".tsv", ".txt"):
        return _of_numbers(given, feature, scale)
    path = file_of(given, _EXPECTED)
    if is_picture(path.name) and feature.shape.names == ("C", "H", "W"):
        return picture_of(path, feature)
    with told_as(path, _EXPECTED):
        array = _read(path, members)
    plain = array[0] if array.ndim > 1 and len(array) == 1 and layout != "features" else array
    for candidate in (array, plain):
        with told_as(path, _EXPECTED):
            value = laid_out(candidate[None], layout, scale)[0] if _has_axes(candidate, layout) else None
        if value is not None and _fits(value, feature):
            return np.asarray(value)
    sizes = "×".join(map(str, array.shape))
    raise DataError(f"{path}: expected {feature.shape.noun} of {feature.shape}, got an array of {sizes}")


def _of_numbers(given: Given, feature: Feature, scale: float) -> Array:
    names = feature.shape.names
    if names == ("L", "F"):
        return np.divide(curve_of(given, feature), np.float32(scale))
    if names == ("L",):
        return curve_of(given, feature)[:, 0].astype(np.int64)
    if names == ("F",):
        return np.divide(vector_of(given, feature), np.float32(scale))
    file_of(given, _EXPECTED)
    raise DataError(f"{given}: expected {_EXPECTED}")


def _read(path: Path, members: Sequence[str]) -> Array:
    """The array of a file; of several members the one that is called as those of the data."""
    if path.suffix.lower() == ".npy":
        _expect_room(path, path.name)
    found = np.load(path, allow_pickle=False)
    if isinstance(found, np.ndarray):
        return found
    with found:
        name = next((name for name in (*members, *found.files[:1]) if name in found.files), "")
        if not name:
            raise DataError(f"{path}: expected {_EXPECTED}, and there is none in it")
        _expect_room(path, name)
        array: Array = found[name]
        return array


def _expect_room(path: Path, name: str) -> None:
    """Raises DataError where the member, as its head says, has no room in memory."""
    expect_room(path, [member for member in members_of(path, kind_of(path)) if member.name == name])


def _has_axes(array: Array, layout: str) -> bool:
    """Whether an array has as many axes as a sample of this layout."""
    axes = {"features": array.ndim, "tokens": 1, "sequence": 2, "image": 2, "image_first": 3, "image_last": 3}
    return array.dtype.kind in "biuf" and array.ndim == axes.get(layout, 4)


def _fits(value: Array, feature: Feature) -> bool:
    sizes = feature.shape.sizes
    return len(sizes) == value.ndim and all(
        wanted in (None, size) for wanted, size in zip(sizes, value.shape, strict=True)
    )
