"""Noise: random numbers on top."""

from __future__ import annotations

from designer.core.schema.fields import real
from designer.data.transforms.base import IMAGES, SEQUENCES, Transform


class Noise(Transform):
    """Normal noise on every number."""

    kind = "noise"
    title = "Noise"
    summary = "Adds a normal random number to every value."
    function = "random_noise"
    axes = IMAGES | SEQUENCES | {("F",), ("L", "C", "H", "W")}

    deviation: float = real(0.05, "Deviation of the noise, in the units of the values.", low=0.0, high=1000.0)


TRANSFORM = Noise
