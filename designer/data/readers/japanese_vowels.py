"""Reads the spoken vowels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from designer.data.readers._shared import pad


def read_japanese_vowels(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Sequences [N, L, 12] of LPC coefficients with their lengths, the same padded to 29 steps, and the speakers."""
    with np.load(folder / "japanese_vowels.npz", allow_pickle=False) as file:
        train, test = (
            {
                "speech": pad(file[f"x_{part}"], file[f"lengths_{part}"].astype(np.int64)),
                "speech_lengths": file[f"lengths_{part}"].astype(np.int64),
                "padded": pad(file[f"x_{part}"], file[f"lengths_{part}"].astype(np.int64), steps=29),
                "speaker": file[f"y_{part}"].astype(np.int64),
            }
            for part in ("train", "test")
        )
    return train, test
