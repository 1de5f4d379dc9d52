"""Makes rows of numbers to turn round."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from designer.data.readers._shared import pad


def read_number_reversal(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Rows of 4 to 8 digits, the same rows reversed, and what a decoder is given: a start, then what it said before.

    Nothing is read: the rows come from a fixed seed, no two of them alike. As tokens, 0 is padding, 1 the start, and 2
    to 11 are the digits.
    """
    random = np.random.default_rng(1)
    parts = []
    different: dict[bytes, np.ndarray] = {}
    while len(different) < 7000:
        row = random.integers(0, 10, random.integers(4, 9))
        different[row.tobytes()] = row
    made = list(different.values())
    for rows in (made[:6000], made[6000:]):
        lengths = np.array([len(row) for row in rows])
        backwards = [row[::-1] for row in rows]
        started = [np.concatenate([[1], row[:-1] + 2]) for row in backwards]
        parts.append(
            {
                "numbers": pad(np.concatenate(rows) + 2, lengths),
                "numbers_lengths": lengths,
                "started": pad(np.concatenate(started), lengths),
                "started_lengths": lengths,
                "reversed": pad(np.concatenate(backwards), lengths),
                "reversed_lengths": lengths,
            }
        )
    return parts[0], parts[1]
