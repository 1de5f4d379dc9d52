"""What inputs and targets of arrays are: shapes of samples, divisors of pictures, classes."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from designer.core.graph.binding import Feature, Target
from designer.core.graph.data_settings import MAX_CLASSES
from designer.core.schema.fields import MAX_SIZE
from designer.core.schema.shape import (
    Shape,
    features,
    image,
    image_sequence,
    sequence,
    sizes_text,
    tokens,
    volume,
)
from designer.data.errors import DataError
from designer.data.formats.array_files.members import Member
from designer.data.formats.array_files.roles import Layout
from designer.data.readers.arrays import without_ones

_AXES = {
    "sequence": "steps×features",
    "tokens": "steps",
    "image": "height×width",
    "image_first": "channels×height×width",
    "image_last": "height×width×channels",
    "volume_first": "channels×depth×height×width",
    "volume_last": "depth×height×width×channels",
    "frames_first": "steps×channels×height×width",
    "frames_last": "steps×height×width×channels",
}
_NOUNS = {"sequence": "sequences", "tokens": "tokens", "image": "images", "volume": "volumes", "frames": "videos"}
_FEW = 20
_RARELY_MORE = 10
"""Values that are whole numbers are classes where each stands for so many samples."""
_BYTE, _TWO_BYTES = 255, 65535


def words_for(layout: Layout) -> str:
    """Images (height×width×channels)."""
    noun = _NOUNS.get(layout.partition("_")[0], "features")
    return f"{noun} ({_AXES[layout]})" if layout in _AXES else noun


def sample_shape(member: Member, samples_last: bool) -> tuple[int, ...]:
    """The sizes of one sample."""
    return member.shape[:-1] if samples_last else member.shape[1:]


def feature_of(name: str, sizes: tuple[int, ...], layout: Layout, vocabulary: int | None) -> Feature:
    """What an Input is given. Raises DataError where the sizes are not those of such a sample, or too many."""
    axes = _AXES.get(layout, "").count("×") + 1
    if layout != "features" and len(sizes) != axes:
        raise DataError(f"{name}: {words_for(layout)} have {axes} sizes, but its samples are {sizes_text(sizes) or 1}")
    shape = _shape(sizes, layout)
    if any(size is not None and size > MAX_SIZE for size in shape.sizes):
        raise DataError(f"{name}: its samples are {sizes_text(shape.sizes)}: expected no size above {MAX_SIZE:,}")
    return Feature(name, shape, vocabulary)


def _shape(sizes: tuple[int, ...], layout: Layout) -> Shape:
    if layout == "features":
        return features(prod(sizes))
    if layout == "tokens":
        return tokens(sizes[0])
    if layout == "sequence":
        return sequence(sizes[0], sizes[1])
    if layout == "image":
        return image(1, sizes[0], sizes[1])
    if layout.startswith("image"):
        return image(*((sizes[2], *sizes[:2]) if layout == "image_last" else sizes))
    if layout.startswith("volume"):
        return volume(*((sizes[3], *sizes[:3]) if layout == "volume_last" else sizes))
    return image_sequence(*((sizes[0], sizes[3], *sizes[1:3]) if layout == "frames_last" else sizes))


def divisor_of(layout: Layout, arrays: Sequence[np.ndarray], dtype: np.dtype[Any]) -> float:
    """What the numbers of pictures are divided by to lie from 0 to 1: those of bytes, and of two bytes."""
    if layout in ("features", "sequence", "tokens"):
        return 1.0
    if dtype == np.uint8:
        return float(_BYTE)
    if dtype == np.uint16 or not arrays:
        return float(_TWO_BYTES) if dtype == np.uint16 else 1.0
    least, most = min(float(array.min()) for array in arrays), max(float(array.max()) for array in arrays)
    whole = all(bool((array == np.floor(array)).all()) for array in arrays)
    return float(_BYTE) if whole and least >= 0 and _BYTE / 2 < most <= _BYTE else 1.0


def class_values(arrays: Sequence[np.ndarray]) -> tuple[int | str, ...] | None:
    """The values of a target that is taken for classes: words, and whole numbers that are few; None for numbers."""
    values = np.unique(np.concatenate([array.reshape(-1) for array in arrays]))
    if values.dtype.kind == "U":
        return tuple(str(value) for value in values if str(value))
    values = values[np.isfinite(values)]
    samples = sum(len(array) for array in arrays)
    few = len(values) <= _FEW or len(values) * _RARELY_MORE <= samples
    return whole_values(values) if few and 0 < len(values) * 2 <= samples else None


def whole_values(values: np.ndarray) -> tuple[int, ...] | None:
    """Whole numbers as such; None where some are not."""
    return tuple(int(value) for value in values) if bool((values == np.floor(values)).all()) else None


def all_values(name: str, arrays: Sequence[np.ndarray]) -> tuple[int | str, ...]:
    """The values of a target that somebody calls classes. Raises DataError where they cannot be such."""
    values = np.unique(np.concatenate([array.reshape(-1) for array in arrays]))
    if values.dtype.kind == "U":
        return tuple(str(value) for value in values if str(value))
    whole = whole_values(values[np.isfinite(values)])
    if whole is None:
        raise DataError(f"{name}: expected whole numbers or words for classes, got {values[0]:g}")
    return whole


def is_one_hot(arrays: Sequence[np.ndarray]) -> bool:
    """Whether each sample has a 1 for its class and a 0 for any other."""
    return all(
        array.ndim == 2
        and array.shape[1] > 1
        and array.dtype.kind in "biuf"
        and bool(np.isin(array, (0, 1)).all())
        and bool((array.sum(axis=1) == 1).all())
        for array in arrays
    )


def target_of(name: str, array: np.ndarray, classes: tuple[str, ...] | None, one_hot: bool) -> Target:
    """What an Output learns. Raises DataError for a shape that none can, and for too few or too many classes."""
    if classes is not None and not 2 <= len(classes) <= MAX_CLASSES:
        raise DataError(f"{name}: expected 2 to {MAX_CLASSES:,} classes, got {len(classes):,}")
    sizes = () if one_hot else without_ones(array).shape[1:]
    if classes is not None and len(sizes) <= 1:
        return Target(name, tokens(sizes[0]) if sizes else features(1), classes)
    if classes is None and array.dtype.kind == "U":
        raise DataError(f"{name}: it holds words, which are classes and no numbers")
    if classes is None and len(sizes) == 2:
        return Target(name, sequence(sizes[0], sizes[1]))
    if classes is None and len(sizes) <= 1:
        return Target(name, features(sizes[0] if sizes else 1))
    raise DataError(
        f"{name}: expected a class or numbers for each sample or each step, got {sizes_text(sizes)} for each sample"
    )
