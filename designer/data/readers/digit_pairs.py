"""Makes pairs of handwritten digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from designer.data.readers._shared import digits, pools


def read_digit_pairs(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Two images [N, 1, 28, 28] from 0 to 1, whether they show the same digit (half of them do), and which ones.

    Both come from one of 20 pools of pictures, which `pool` names.
    """
    random = np.random.default_rng(2)
    parts = []
    for (images, labels), count in zip(digits(folder).values(), (20, 1), strict=True):
        members = [np.concatenate(pool) for pool in pools(labels, count, random)]
        first, second = np.concatenate([_pairs(pool, labels, random) for pool in members]).T
        parts.append(
            {
                "first": images[first][:, None],
                "second": images[second][:, None],
                "same": (labels[first] == labels[second]).astype(np.int64),
                "first_digit": labels[first],
                "second_digit": labels[second],
                "pool": np.repeat(np.arange(count), [len(pool) for pool in members]),
            }
        )
    return parts[0], parts[1]


def _pairs(members: np.ndarray, labels: np.ndarray, random: np.random.Generator) -> list[tuple[int, int]]:
    """Each of some pictures with another one of them, which shows the same digit in every second pair."""
    pairs = []
    for place, one in enumerate(random.permutation(members)):
        alike = labels[members] == labels[one]
        fits = alike & (members != one) if place % 2 else ~alike
        pairs.append((one, random.choice(members[fits])))
    return pairs
