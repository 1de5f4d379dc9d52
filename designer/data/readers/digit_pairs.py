"""Makes pairs of handwritten digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from designer.data.readers._shared import digits


def read_digit_pairs(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Two images [N, 1, 28, 28] from 0 to 1, whether they show the same digit (half of them do), and which ones."""
    random = np.random.default_rng(2)
    parts = []
    for images, labels in digits(folder).values():
        first = random.permutation(len(labels))
        second = np.empty_like(first)
        for place, one in enumerate(first):
            alike = labels == labels[one]
            second[place] = random.choice(np.flatnonzero(alike if place % 2 else ~alike))
        parts.append(
            {
                "first": images[first][:, None],
                "second": images[second][:, None],
                "same": (labels[first] == labels[second]).astype(np.int64),
                "first_digit": labels[first],
                "second_digit": labels[second],
            }
        )
    return parts[0], parts[1]
