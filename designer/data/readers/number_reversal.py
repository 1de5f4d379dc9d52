"""Makes rows of numbers to turn round."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from designer.data.readers._shared import pad


def read_number_reversal(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Rows of 4 to 8 digits, the same rows reversed, and what a decoder is given: a start, then what it said before.

    Nothing is read: the rows come from a fixed seed. As tokens, 0 is padding, 1 the start, and 2 to 11 are the digits.
    """
    random = np.random.default_rng(1)
    parts = []
    for count in (6000, 1000):
        lengths = random.integers(4, 9, count)
        rows = [random.integers(0, 10, length) for length in lengths]
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
