"""Shift: pictures moved a little."""

from __future__ import annotations

from designer.core.schema.fields import whole
from designer.data.transforms.base import IMAGES, Transform


class ShiftPicture(Transform):
    """Each picture moved by a few pixels; black comes in. It is the random crop of a picture with a black border."""

    kind = "shift"
    title = "Shift"
    summary = "Moves each picture by a few pixels: a random crop of it with a black border."
    function = "random_shift"
    axes = IMAGES

    pixels: int = whole(2, "Pixels that it is moved at most, in both directions.", high=512, unit=("pixel", "pixels"))


TRANSFORM = ShiftPicture
