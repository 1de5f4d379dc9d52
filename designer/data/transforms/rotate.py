"""Rotate: pictures turned a little."""

from __future__ import annotations

from designer.core.schema.fields import real
from designer.data.transforms.base import IMAGES, Transform


class Rotate(Transform):
    """Each picture turned about its middle; black comes in at the corners."""

    kind = "rotate"
    title = "Rotate"
    summary = "Turns each picture a little about its middle."
    function = "random_rotation"
    axes = IMAGES

    degrees: float = real(10.0, "Degrees that a picture is turned at most, either way.", low=0.0, high=180.0)


TRANSFORM = Rotate
