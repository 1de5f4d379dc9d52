"""Cutout: a hole in each picture."""

from __future__ import annotations

from designer.core.schema.fields import real
from designer.data.transforms.base import IMAGES, Transform


class Cutout(Transform):
    """A black rectangle somewhere in each picture, so that no one place decides."""

    kind = "cutout"
    title = "Cutout"
    summary = "Covers a part of each picture, so that no one place decides."
    function = "random_cutout"
    axes = IMAGES

    share: float = real(0.25, "Share of each side that is covered.", low=0.01, high=0.9)


TRANSFORM = Cutout
