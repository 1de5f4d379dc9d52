"""Makes sequences of handwritten digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from designer.data.readers._shared import digits, half_size, pad, pools


def read_digit_sequences(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Three to six digits one after the other [N, L, 1, 14, 14] with their number, and whether they only rise.

    Half of the sequences rise; the others show different digits, too, but at least one is smaller than the one before.
    All pictures of a sequence come from one of 20 pools, which `pool` names.
    """
    random = np.random.default_rng(4)
    parts = []
    for (images, labels), count, apart in zip(digits(folder).values(), (4000, 1000), (20, 1), strict=True):
        small = half_size(images)
        members = pools(labels, apart, random)
        pool = np.arange(count) * apart // count
        lengths = random.integers(3, 7, count)
        rises = np.arange(count) % 2
        chosen = []
        for length, rising, hands in zip(lengths, rises, (members[one] for one in pool), strict=True):
            shown = np.sort(random.permutation(10)[:length])
            while not rising and (np.diff(shown) > 0).all():
                shown = random.permutation(shown)
            chosen += [random.choice(hands[digit]) for digit in shown]
        parts.append(
            {
                "digits": pad(small[chosen][:, None], lengths),
                "digits_lengths": lengths,
                "order": rises.astype(np.int64),
                "pool": pool,
            }
        )
    return parts[0], parts[1]
