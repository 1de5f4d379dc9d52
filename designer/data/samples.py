"""Samples and sources: what every source of data gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from designer.core.check import DataInfo

Array = npt.NDArray[np.generic]


class DataError(Exception):
    """A data source is not known or cannot be read; the message says which and why."""


@dataclass(frozen=True)
class Samples:
    """Inputs and targets, sample by sample.

    x: float32 or uint8 [N, C, H, W] or [N, F]; or float32 [N, L, F] padded with zeros behind each sequence.
    y: int64 [N] class numbers, or float32 [N, targets].
    lengths: int64 [N] steps of each sequence, where they differ.
    """

    x: Array
    y: Array
    lengths: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.y)

    def sample(self, index: int) -> npt.NDArray[np.float32]:
        """The input of one sample as float32, without padding."""
        x = as_float(self.x[index])
        return x if self.lengths is None else x[: self.lengths[index]]


@dataclass(frozen=True)
class Dataset:
    """A source that has been read: samples to learn from, and samples kept for the last test."""

    info: DataInfo
    train: Samples
    test: Samples


def as_float(x: Array) -> npt.NDArray[np.float32]:
    """float32; bytes of a picture are scaled from 0…255 to 0…1."""
    if x.dtype == np.uint8:
        return np.asarray(x, dtype=np.float32) / np.float32(255)
    return np.asarray(x, dtype=np.float32)


def pad(flat: npt.NDArray[np.float32], lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """From sequences one behind the other, [sum of lengths, F], to [N, longest, F] with zeros behind each.

    Raises DataError where the lengths do not add up to what there is.
    """
    if int(lengths.sum()) != len(flat):
        raise DataError(f"the lengths add up to {int(lengths.sum())} steps, but there are {len(flat)}")
    padded = np.zeros((len(lengths), int(lengths.max()), flat.shape[1]), dtype=np.float32)
    start = 0
    for row, length in enumerate(lengths):
        padded[row, :length] = flat[start : start + length]
        start += length
    return padded


def validation_split(
    targets: Array, share: float, seed: int, classes: bool
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Numbers of the samples to learn from and to validate with; each class is split in the same share."""
    random = np.random.default_rng(seed)
    if not classes:
        order = random.permutation(len(targets))
        count = round(share * len(targets))
        return np.sort(order[count:]), np.sort(order[:count])
    held: list[npt.NDArray[np.int64]] = []
    for label in np.unique(targets):
        members = random.permutation(np.flatnonzero(targets == label))
        held.append(members[: round(share * len(members))])
    validation = np.sort(np.concatenate(held)).astype(np.int64)
    learned = np.setdiff1d(np.arange(len(targets), dtype=np.int64), validation)
    return learned, validation
