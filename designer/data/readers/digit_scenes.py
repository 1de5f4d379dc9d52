"""Makes scenes of four handwritten digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from designer.data.readers._shared import digits, half_size, pools


def read_digit_scenes(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Four digits, as objects [N, 4, 1, 14, 14] and in one picture [N, 1, 28, 28]; whether two are alike; each digit.

    Half of the scenes show four different digits, the others three, one of them twice, in different handwriting. All
    pictures of a scene come from one of 20 pools, which `pool` names.
    """
    random = np.random.default_rng(3)
    parts = []
    for (images, labels), count, apart in zip(digits(folder).values(), (8000, 1000), (20, 1), strict=True):
        small = half_size(images)
        members = pools(labels, apart, random)
        pool = np.arange(count) * apart // count
        chosen = np.empty((count, 4), dtype=np.int64)
        shown = np.empty((count, 4), dtype=np.int64)
        alike = np.arange(count) % 2
        for row in range(count):
            four = random.permutation(10)[:4]
            if alike[row]:
                four[:2] = four[0]
            shown[row] = random.permutation(four)
            hands = {digit: list(random.permutation(members[pool[row]][digit])) for digit in four}
            chosen[row] = [hands[digit].pop() for digit in shown[row]]
        objects = small[chosen]
        scene = objects.reshape(count, 2, 2, 14, 14).swapaxes(2, 3).reshape(count, 1, 28, 28)
        targets = {"pair": alike.astype(np.int64), "digits": shown, "pool": pool}
        parts.append({"objects": objects[:, :, None], "scene": scene, **targets})
    return parts[0], parts[1]
