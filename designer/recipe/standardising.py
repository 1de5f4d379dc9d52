"""Numbers in units of their own, brought to a mean of 0 and a deviation of 1: those of the samples to learn from."""

from __future__ import annotations

import numpy as np


def scales_of(learned: np.ndarray, count: int, missing: str = "mean", at_once: int = 65_536) -> np.ndarray:
    """What stands for a missing number, the mean and the deviation, [3, count], of the first numbers of rows [N, F].

    NaN is a missing number: the "mean" or the "median" of its column stands for it. What never differs has deviation 1.
    Sums are those of `at_once` rows after the other: the same, whether the rows are in memory or on disk.
    """
    pieces = range(0, len(learned), at_once)
    there, sums, squares = np.zeros(count), np.zeros(count), np.zeros(count)
    for first in pieces:
        numbers = learned[first : first + at_once][:, :count].astype(np.float64)
        there += len(numbers) - np.isnan(numbers).sum(0)
        sums += np.nansum(numbers, 0)
    mean = sums / np.maximum(there, 1)
    for first in pieces:
        squares += np.nansum((learned[first : first + at_once][:, :count].astype(np.float64) - mean) ** 2, 0)
    deviation = np.sqrt(squares / np.maximum(there, 1))
    middle = mean.copy()
    for column in np.flatnonzero(there) if missing == "median" else ():
        numbers = np.concatenate([learned[first : first + at_once][:, column] for first in pieces])
        middle[column] = np.nanmedian(numbers.astype(np.float64))
    return np.stack([middle, mean, np.where(deviation == 0, 1, deviation)])


def standardised(rows: np.ndarray, scales: np.ndarray, at_once: int = 65_536) -> np.ndarray:
    """(number − mean) / deviation of the first numbers of rows [N, F], by the scales [3, count]; the others stay."""
    made, (middle, mean, deviation) = rows.copy(), scales
    for first in range(0, len(rows), at_once):
        numbers = rows[first : first + at_once, : len(mean)].astype(np.float64)
        if np.isnan(numbers).any():
            numbers = np.where(np.isnan(numbers), middle, numbers)
        numbers -= mean
        numbers /= deviation
        made[first : first + at_once, : len(mean)] = numbers
    return made
