"""Numbers brought to a mean of 0 and a deviation of 1, both measured in what is learned from alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np


def pieces_of(values: np.ndarray, rows: np.ndarray, lengths: np.ndarray | None = None) -> Iterator[np.ndarray]:
    """Some rows of a column [N, ...], a few at a time; of sequences their steps alone, without what stands behind."""
    for first in range(0, len(rows), 256):
        some = rows[first : first + 256]
        piece = values[some]
        yield piece if lengths is None else piece[np.arange(piece.shape[1]) < lengths[some][:, None]]


def mean_and_deviation(pieces: Iterable[np.ndarray], kept: int) -> tuple[np.ndarray, np.ndarray]:
    """The mean and the deviation of all values, float32, along every axis but one: channels, or features.

    `kept` counts that axis from the end, as -1. Where all values are the same the deviation is taken as 1. The mean and
    the squares around it are put together piece by piece as Chan, Golub and LeVeque (1979) do: values of any size keep
    their digits.
    """
    count, mean, squares = 0, np.float64(0), np.float64(0)
    for piece in pieces:
        others = tuple(axis for axis in range(piece.ndim) if axis != piece.ndim + kept)
        exact = piece.astype(np.float64)
        added = piece.size // piece.shape[kept]
        own = exact.sum(axis=others, keepdims=True) / max(added, 1)
        off = own.ravel() - mean
        squares = squares + ((exact - own) ** 2).sum(axis=others) + off**2 * (count * added / max(count + added, 1))
        mean = mean + off * (added / max(count + added, 1))
        count += added
    deviation = np.sqrt(squares / max(count, 1))
    differs = deviation > np.maximum(1e-14 * np.abs(mean), np.finfo(np.float32).tiny)
    deviation = np.where(differs, deviation, 1.0)
    shape = (-1, *(1 for _ in range(-kept - 1)))
    return mean.astype(np.float32).reshape(shape), deviation.astype(np.float32).reshape(shape)


def normalised(
    values: np.ndarray, mean: np.ndarray, deviation: np.ndarray, lengths: np.ndarray | None = None
) -> np.ndarray:
    """The values [N, ...] less the mean, over the deviation; what stands behind the end of a sequence stays 0."""
    scaled: np.ndarray = ((values - mean) / deviation).astype(np.float32)
    if lengths is not None:
        scaled[np.arange(values.shape[1]) >= lengths[:, None]] = 0
    return scaled
