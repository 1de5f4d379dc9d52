"""Zoom: pictures a little larger or smaller."""

from __future__ import annotations

from designer.core.schema.fields import real
from designer.data.transforms.base import IMAGES, Transform


class Zoom(Transform):
    """Each picture a little larger or smaller about its middle."""

    kind = "zoom"
    title = "Zoom"
    summary = "Shows each picture a little larger or smaller."
    function = "random_zoom"
    axes = IMAGES

    share: float = real(0.1, "Share of its size that a picture grows or shrinks at most.", low=0.0, high=0.9)


TRANSFORM = Zoom
