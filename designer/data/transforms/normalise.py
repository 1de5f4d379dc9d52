"""Normalise: a mean of 0 and a deviation of 1."""

from __future__ import annotations

from designer.data.transforms.base import IMAGES, SEQUENCES, Transform


class Normalise(Transform):
    """Channels or features with a mean of 0 and a deviation of 1, both measured in what is learned from alone."""

    kind = "normalise"
    title = "Normalise"
    summary = "Brings each channel or feature to a mean of 0 and a deviation of 1, as they are in the training part."
    function = ""
    axes = IMAGES | SEQUENCES | {("F",), ("C", "D", "H", "W"), ("L", "C", "H", "W")}


TRANSFORM = Normalise
