"""Files of somebody's own, as other programs write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def striped_pictures(folder: Path, classes: tuple[str, ...] = ("cats", "dogs"), each: int = 10, size: int = 12) -> Path:
    """A folder of pictures of noise for each class; the number of the bright row is that of the class."""
    random = np.random.default_rng(3)
    for row, name in enumerate(classes):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(each):
            pixels = random.integers(0, 90, (size, size, 3), dtype=np.uint8)
            pixels[row * 2 : row * 2 + 2] += 150
            Image.fromarray(pixels).save(folder / name / f"{number:03}.png")
    return folder
