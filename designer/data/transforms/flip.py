"""Flip: pictures as in a mirror."""

from __future__ import annotations

from designer.core.schema.fields import real
from designer.data.transforms.base import IMAGES, Transform


class Flip(Transform):
    """Some pictures as in a mirror. Not for letters, digits and roads, which mean something else then."""

    kind = "flip"
    title = "Flip"
    summary = "Shows some pictures as in a mirror; not for letters and digits."
    function = "random_flip"
    axes = IMAGES

    p: float = real(0.5, "Share of the pictures that are flipped.", low=0.0, high=1.0)


TRANSFORM = Flip
