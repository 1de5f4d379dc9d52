"""Makes films of handwritten digits that move."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from designer.data.readers._shared import digits, half_size, pools

_SIDE, _FRAMES = 20, 8
_STEPS = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))
"""Rows and columns that a digit goes in each of the eight directions: right, up and right, up, and so on."""


def read_moving_digits(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Films [N, 8, 1, 20, 20] of two digits, the direction in which one of them moves, and which digit that is.

    The other one is half as bright and stands still. What leaves at a side comes in again at the opposite one, and the
    digits begin anywhere: so every place is as likely in each frame of each direction, and a frame alone says nothing
    of it. The moving one goes one or two pixels a frame. All pictures of a film come from one of 20 pools, which `pool`
    names.
    """
    random = np.random.default_rng(15)
    parts = []
    for (images, labels), count, apart in zip(digits(folder).values(), (4000, 1000), (20, 1), strict=True):
        small = half_size(images)
        members = pools(labels, apart, random)
        pool = np.arange(count) * apart // count
        direction = np.arange(count) % len(_STEPS)
        shown = random.integers(0, 10, (count, 2))
        film = np.zeros((count, _FRAMES, 1, _SIDE, _SIDE), dtype=np.float32)
        for row in range(count):
            moving, still = (small[random.choice(members[pool[row]][digit])] for digit in shown[row])
            begin, place = random.integers(0, _SIDE, (2, 2))
            step = np.array(_STEPS[direction[row]]) * random.integers(1, 3)
            film[row] = _at(still, place) / 2
            for frame in range(_FRAMES):
                film[row, frame, 0] = np.maximum(film[row, frame, 0], _at(moving, begin + frame * step))
        columns: dict[str, np.ndarray] = {"film": film, "direction": direction, "digit": shown[:, 0], "pool": pool}
        parts.append(columns)
    return parts[0], parts[1]


def _at(picture: np.ndarray, place: np.ndarray) -> np.ndarray:
    """A picture [H, W] on a dark square with its upper left corner at a place; what leaves it comes in again."""
    square = np.zeros((_SIDE, _SIDE), dtype=picture.dtype)
    square[: picture.shape[0], : picture.shape[1]] = picture
    return np.roll(square, tuple(place), axis=(0, 1))
