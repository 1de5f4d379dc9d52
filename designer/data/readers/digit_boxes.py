"""Makes noisy scenes with strokes in which one handwritten digit is to be found."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from designer.data.readers._shared import digits

_SIDE = 40
"""Pixels of a scene's height and width."""
_INK = 0.3
"""What is brighter than this is a part of a digit: its box holds all of it."""
_STROKES = 12


def read_digit_boxes(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Scenes [N, 1, 40, 40] from 0 to 1; the digit in each; and the box around it, [N, 4] in shares of the scene.

    A box is the x and y of its centre, its width and its height. A digit is 14 to 26 pixels high, anywhere, among
    twelve short strokes and noise. Each picture to learn from is in two scenes, and `picture` tells which.
    """
    random = np.random.default_rng(12)
    parts = []
    for (images, labels), times in zip(digits(folder).values(), (2, 1), strict=True):
        picture = np.repeat(np.arange(len(images)), times)
        scenes = _strokes_in_noise(len(picture), random)
        boxes = [_put(_cropped(images[place]), scene, random) for place, scene in zip(picture, scenes, strict=True)]
        parts.append(
            {
                "scene": scenes[:, None],
                "digit": labels[picture],
                "box": np.array(boxes, dtype=np.float32) / _SIDE,
                "picture": picture,
            }
        )
    return parts[0], parts[1]


def _strokes_in_noise(count: int, random: np.random.Generator) -> np.ndarray:
    """Scenes [count, 40, 40] without digits: straight strokes of four to seven pixels, two wide, bright as digits."""
    scenes = random.uniform(0, 0.25, (count, _SIDE, _SIDE)).astype(np.float32)
    angle, bright = random.uniform(0, np.pi, (count, _STROKES, 1)), random.uniform(0.5, 1, (count, _STROKES, 1))
    along = np.minimum(np.arange(7), random.integers(3, 7, (count, _STROKES, 1)))  # the last pixel again in a short one
    starts = random.uniform(0, _SIDE - 1, (2, count, _STROKES, 1))
    rows, columns = (starts + along * np.stack([np.sin(angle), np.cos(angle)])).astype(int) % (_SIDE - 1)
    for down, right in ((0, 0), (0, 1), (1, 0)):
        scenes[np.arange(count)[:, None, None], rows + down, columns + right] = bright
    return scenes


def _cropped(image: np.ndarray) -> np.ndarray:
    """An image [H, W] without the empty rows and columns around the digit."""
    rows, columns = (np.flatnonzero((image > _INK).any(axis)) for axis in (1, 0))
    inside: np.ndarray = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return inside


def _put(digit: np.ndarray, scene: np.ndarray, random: np.random.Generator) -> tuple[float, float, int, int]:
    """Draws a digit [H, W] into a scene [40, 40], and gives its box in pixels."""
    height = int(random.integers(14, 27))
    width = min(max(round(digit.shape[1] * height / digit.shape[0]), 3), 36)
    top, left = random.integers(0, [_SIDE - height + 1, _SIDE - width + 1]).tolist()
    place = scene[top : top + height, left : left + width]
    np.maximum(place, _weights(height, digit.shape[0]) @ digit @ _weights(width, digit.shape[1]).T, out=place)
    return left + width / 2, top + height / 2, width, height


@cache
def _weights(size: int, known: int) -> np.ndarray:
    """How much of each of `known` pixels is in each of `size`, [size, known]: linear between neighbours."""
    where = (np.arange(size) + 0.5) * known / size - 0.5
    near: np.ndarray = np.maximum(1 - np.abs(where.clip(0, known - 1)[:, None] - np.arange(known)), 0)
    return near.astype(np.float32)
