"""Drawings, and pictures of drawings, as a network knows such: light on dark or dark on light, in their places."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from designer.core.graph.binding import Feature
from designer.data.errors import DataError
from designer.data.samples import Array, Dataset

Floats = npt.NDArray[np.float32]
_LOOKED_AT = 100
_FAINT = 0.05
"""Ink of which no more is there is none."""

_SMOOTH = Image.Resampling.BOX


def are_dark(dataset: Dataset, feature: Feature) -> bool:
    """Whether the pictures of some data [C, H, W] are dark at their borders, as far as the first ones tell."""
    count = min(len(dataset.train), _LOOKED_AT)
    return is_dark(dataset.train.taken(feature.name, np.arange(count)))


def is_dark(pictures: Array) -> bool:
    """Whether pictures [..., H, W] from 0 to 1 are dark at their borders, on average."""
    sides = (pictures[..., 0, :], pictures[..., -1, :], pictures[..., :, 0], pictures[..., :, -1])
    return float(np.mean([side.astype(np.float64).mean() for side in sides])) < 0.5


def as_dark_as(dark: bool, picture: Array) -> Array:
    """A picture [C, H, W] from 0 to 1 itself, or with light and dark exchanged: its border is dark, or light."""
    return picture if is_dark(picture) == dark else np.asarray(1 - picture, dtype=np.float32)


def picture_of_ink(ink: Floats, feature: Feature, on_dark: bool, box: int = 0) -> Floats:
    """A drawing [rows, columns], from 0 to 1 where there is ink, as a picture [C, H, W] of a feature's size.

    With a `box` what was drawn is brought into a square of so many pixels, and its centre of mass to the middle, as
    LeCun et al. (Proceedings of the IEEE, 1998) did with MNIST's digits. Raises DataError where nothing was drawn.
    """
    if ink.size == 0 or float(ink.max()) <= _FAINT:
        raise DataError("nothing is drawn yet")
    channels, height, width = (size or 1 for size in feature.shape.sizes)
    small = _centred(ink, height, width, box) if box else _resized(ink, height, width)
    grey = small if on_dark else 1 - small
    return np.repeat(grey[None], channels, axis=0).astype(np.float32)


def _resized(ink: Floats, height: int, width: int) -> Floats:
    picture = Image.fromarray(ink.astype(np.float32)).resize((width, height), _SMOOTH)
    return np.asarray(picture).clip(0, 1)


def _centred(ink: Floats, height: int, width: int, box: int) -> Floats:
    rows, columns = np.flatnonzero((ink > _FAINT).any(1)), np.flatnonzero((ink > _FAINT).any(0))
    drawn = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = box / max(drawn.shape)
    small = _resized(drawn, *(max(round(side * scale), 1) for side in drawn.shape))
    mass = small / small.sum()
    top = _begin(mass.sum(1), height)
    left = _begin(mass.sum(0), width)
    picture = np.zeros((height, width), dtype=np.float32)
    picture[top : top + small.shape[0], left : left + small.shape[1]] = small
    return picture


def _begin(mass: Floats, size: int) -> int:
    """Where something begins along an axis so that the centre of its mass is in the middle, and all of it is there."""
    centre = float((mass * np.arange(len(mass))).sum())
    return min(max(round((size - 1) / 2 - centre), 0), size - len(mass))
