"""Numbers in units of their own, brought to a mean of 0 and a deviation of 1: those of the samples to learn from."""

from __future__ import annotations

import numpy as np


def scales_of(learned: np.ndarray, count: int, missing: str = "mean") -> np.ndarray:
    """What stands for a missing number, the mean and the deviation, [3, count], of the first numbers of rows [N, F].

    NaN is a missing number: the "mean" or the "median" of its column stands for it. What never differs has deviation 1.
    """
    scales = np.zeros((3, count))
    scales[2] = 1
    for column in range(count):
        there = learned[:, column][~np.isnan(learned[:, column])].astype(np.float64)
        if len(there):
            middle = np.median(there) if missing == "median" else there.mean()
            scales[:, column] = middle, there.mean(), there.std() or 1
    return scales


def standardised(rows: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """(number − mean) / deviation of the first numbers of rows [N, F], by the scales [3, count]; the others stay."""
    made = rows.copy()
    for column, (middle, mean, deviation) in enumerate(scales.T):
        numbers = rows[:, column].astype(np.float64)
        made[:, column] = (np.where(np.isnan(numbers), middle, numbers) - mean) / deviation
    return made
