"""Reads the handwritten digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def read_mnist_5k(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Images [N, 1, 28, 28] from 0 to 1, and the digits that they show."""
    with np.load(folder / "mnist_5k.npz", allow_pickle=False) as file:
        train, test = (
            {
                "image": file[f"x_{part}"][:, None].astype(np.float32) / 255,
                "digit": file[f"y_{part}"].astype(np.int64),
            }
            for part in ("train", "test")
        )
    return train, test
