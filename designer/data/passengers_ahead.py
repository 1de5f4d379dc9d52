"""Passengers of a year ahead: two years of months, and the twelve months after them."""

from __future__ import annotations

from designer.core.graph.binding import DataInfo, Feature, Target
from designer.core.schema.shape import sequence
from designer.data.sources import Source

SOURCE = Source(
    info=DataInfo(
        "passengers_ahead",
        "Passengers, a year ahead",
        (Feature("months", sequence(24, 1)), Feature("before", sequence(12, 1))),
        (Target("following", sequence(12, 1)), Target("next_months", sequence(24, 1))),
        spans="span",
        stride=1,
    ),
    description="Two years of passengers a month (in 100,000), to predict the third; and the month after each one",
    licence="Box and Jenkins (1976); as in aeon",
    samples=74,
    test_samples=13,
    files=("airline_passengers.csv",),
)
