"""Reads the motion traces of GunPoint."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def read_gun_point(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The hand's place over 150 steps [N, 150, 1], and whether it draws a gun (0) or points (1)."""
    with np.load(folder / "gun_point.npz", allow_pickle=False) as file:
        train, test = (
            {
                "motion": file[f"x_{part}"].reshape(-1, 150, 1).astype(np.float32),
                "gesture": file[f"y_{part}"].astype(np.int64),
            }
            for part in ("train", "test")
        )
    return train, test
