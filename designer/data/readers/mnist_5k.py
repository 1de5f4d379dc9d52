"""Reads the handwritten digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from designer.data.readers._shared import digits


def read_mnist_5k(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Images [N, 1, 28, 28] from 0 to 1, and the digits that they show."""
    train, test = ({"image": images[:, None], "digit": labels} for images, labels in digits(folder).values())
    return train, test
