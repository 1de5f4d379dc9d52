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
        pictures = np.empty((2, count), dtype=np.int64)
        begin, place, step = np.empty((3, count, 2), dtype=np.int64)
        for row in range(count):
            pictures[:, row] = [random.choice(members[pool[row]][digit]) for digit in shown[row]]
            begin[row], place[row] = random.integers(0, _SIDE, (2, 2))
            step[row] = np.array(_STEPS[direction[row]]) * random.integers(1, 3)
        moving, still = small[pictures]
        resting = _at(still, place) / 2
        frames = (np.maximum(resting, _at(moving, begin + frame * step)) for frame in range(_FRAMES))
        film = np.stack(list(frames), axis=1)
        columns: dict[str, np.ndarray] = {"film": film[:, :, None], "direction": direction}
        parts.append({**columns, "digit": shown[:, 0], "pool": pool})
    return parts[0], parts[1]


def _at(pictures: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Pictures [N, H, W] on dark squares, their upper left corners at places [N, 2]; what leaves one comes in again."""
    squares = np.zeros((len(pictures), _SIDE, _SIDE), dtype=pictures.dtype)
    rows, columns = ((places[:, [axis]] + np.arange(pictures.shape[axis + 1])) % _SIDE for axis in (0, 1))
    squares[np.arange(len(pictures))[:, None, None], rows[:, :, None], columns[:, None]] = pictures
    return squares
