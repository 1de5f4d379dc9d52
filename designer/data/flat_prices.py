"""Flat prices: a made table of numbers and categories, whose rule and least error are known."""

from __future__ import annotations

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import features, tokens
from designer.data.sources import Source

_DISTRICTS = ("Harbour", "Old Town", "Park", "University", "Hillside", "Station", "Mills", "Meadows")
_CONDITIONS = ("neglected", "lived in", "well kept", "renovated")

SOURCE = Source(
    info=DataInfo(
        "flat_prices",
        "Flat prices",
        (
            Feature("numbers", features(5), numbers=("area", "floor", "lift", "age", "kilometres")),
            Feature("district", tokens(1), len(_DISTRICTS) + 1),
            Feature("condition", tokens(1), len(_CONDITIONS) + 1),
        ),
        (Target("price", features(1)),),
    ),
    description="Five numbers of a flat, its district and its condition; what it costs, in 100,000",
    licence="Made from a fixed seed",
    samples=5000,
    test_samples=1000,
    words=lambda folder: {"district": ("<unknown>", *_DISTRICTS), "condition": ("<unknown>", *_CONDITIONS)},
)
