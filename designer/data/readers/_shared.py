"""What several readers need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

Units = tuple[tuple[float, ...], tuple[float, ...]]
"""Offsets and scales of numbers that are learned."""


def or_none(read: Callable[..., np.ndarray], file: object, *how: object) -> np.ndarray | None:
    """What `read` gives of a file; None where this is broken. Raises FileNotFoundError where it is gone."""
    try:
        return read(file, *how)
    except FileNotFoundError:
        raise
    except Exception:  # decoders raise whatever broken bytes lead them to
        return None


def pad(flat: np.ndarray, lengths: np.ndarray, steps: int = 0) -> np.ndarray:
    """From sequences one behind the other, [sum of lengths, ...], to [N, L, ...] with zeros behind each.

    L is `steps`, or the longest length where that is 0.
    """
    longest = steps or int(lengths.max())
    if lengths.sum() != len(flat):
        raise ValueError(f"the lengths add up to {lengths.sum()} steps, but there are {len(flat)}")
    padded = np.zeros((len(lengths), longest, *flat.shape[1:]), dtype=flat.dtype)
    padded[np.arange(longest) < lengths[:, None]] = flat
    return padded


def digits(folder: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The images [N, 28, 28] from 0 to 1 and the digits of `mnist_5k.npz`, for "train" and "test"."""
    with np.load(folder / "mnist_5k.npz", allow_pickle=False) as file:
        return {
            part: (file[f"x_{part}"].astype(np.float32) / 255, file[f"y_{part}"].astype(np.int64))
            for part in ("train", "test")
        }


def half_size(images: np.ndarray) -> np.ndarray:
    """Images [..., H, W] at half the height and width: the mean of each 2×2 pixels."""
    height, width = images.shape[-2] // 2, images.shape[-1] // 2
    smaller: np.ndarray = images.reshape(*images.shape[:-2], height, 2, width, 2).mean((-3, -1))
    return smaller


def pools(labels: np.ndarray, count: int, random: np.random.Generator) -> list[list[np.ndarray]]:
    """The pictures of each digit by their numbers, in `count` pools that share none.

    What is made of pictures takes them from one pool, so that no picture is both learned from and validated with.
    """
    shares = [np.array_split(random.permutation(np.flatnonzero(labels == digit)), count) for digit in range(10)]
    return [[share[pool] for share in shares] for pool in range(count)]


def spans_of(count: int, length: int, step: int = 1, first: int = 0) -> np.ndarray:
    """For windows of a series, [N, 2]: the time of the first value, and that behind the last one."""
    begins = first + step * np.arange(count, dtype=np.int64)
    return np.stack([begins, begins + length], axis=1)


def side_by_side(curves: list[np.ndarray], name: str) -> dict[str, np.ndarray]:
    """Curves [L, F] as one column [N, longest, F] with zeros behind each end; with their lengths where they differ.

    Raises ValueError where there is none.
    """
    if not curves:
        raise ValueError("there is no sample that can be read as those that were learned from")
    lengths = np.array([len(curve) for curve in curves], dtype=np.int64)
    column = np.zeros((len(curves), int(lengths.max()), curves[0].shape[1]), dtype=np.float32)
    for row, curve in enumerate(curves):
        column[row, : len(curve)] = curve
    return {name: column} if (lengths == lengths[0]).all() else {name: column, f"{name}_lengths": lengths}


def in_units(numbers: np.ndarray, units: Units | None) -> np.ndarray:
    """Numbers [..., F] as float32: with units (number − offset) / scale, by offsets and scales that come again.

    There are as many of these as F, or a part of F.
    """
    if units is None:
        return numbers.astype(np.float32)
    again = numbers.shape[-1] // len(units[0])
    offsets, scales = (np.tile(np.array(item, dtype=np.float64), again) for item in units)
    return ((numbers.astype(np.float64) - offsets) / scales).astype(np.float32)


def labelled(written: list[str], classes: tuple[str, ...] | None) -> np.ndarray:
    """Numbers of classes, int64 [N]; without classes the numbers themselves, float32 [N, 1]. Raises ValueError."""
    if classes is None:
        return np.array([[float(label)] for label in written], dtype=np.float32)
    numbers = {name: place for place, name in enumerate(classes)}
    if unknown := next((label for label in written if label not in numbers), None):
        raise ValueError(f"the label {unknown!r} is none of the classes {', '.join(classes[:10])}")
    return np.array([numbers[label] for label in written], dtype=np.int64)
