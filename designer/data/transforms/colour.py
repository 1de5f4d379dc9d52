"""Colour: pictures lighter or darker, with more or less contrast."""

from __future__ import annotations

from designer.core.schema.fields import real
from designer.data.transforms.base import IMAGES, Transform


class Colour(Transform):
    """Each picture lighter or darker, and with more or less contrast."""

    kind = "colour"
    title = "Colour"
    summary = "Makes each picture lighter or darker, with more or less contrast."
    function = "random_colour"
    axes = IMAGES

    brightness: float = real(0.2, "Share by which it is lighter or darker at most.", low=0.0, high=1.0)
    contrast: float = real(0.2, "Share by which it has more or less contrast at most.", low=0.0, high=1.0)


TRANSFORM = Colour
