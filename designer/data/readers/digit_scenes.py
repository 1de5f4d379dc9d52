"""Makes scenes of four handwritten digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from designer.data.readers._shared import digits, half_size


def read_digit_scenes(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Four digits, as objects [N, 4, 1, 14, 14] and in one picture [N, 1, 28, 28]; whether two are alike; each digit.

    Half of the scenes show four different digits, the others three, one of them twice, in different handwriting.
    """
    random = np.random.default_rng(3)
    parts = []
    for (images, labels), count in zip(digits(folder).values(), (8000, 1000), strict=True):
        small = half_size(images)
        members = [np.flatnonzero(labels == digit) for digit in range(10)]
        chosen = np.empty((count, 4), dtype=np.int64)
        shown = np.empty((count, 4), dtype=np.int64)
        alike = np.arange(count) % 2
        for row in range(count):
            four = random.permutation(10)[:4]
            if alike[row]:
                four[:2] = four[0]
            shown[row] = random.permutation(four)
            chosen[row] = [random.choice(members[digit]) for digit in shown[row]]
        objects = small[chosen]
        scene = objects.reshape(count, 2, 2, 14, 14).swapaxes(2, 3).reshape(count, 1, 28, 28)
        targets = {"pair": alike.astype(np.int64), "digits": shown}
        parts.append({"objects": objects[:, :, None], "scene": scene, **targets})
    return parts[0], parts[1]
