"""Airline passengers: a year of months, and the month after it to predict."""

from __future__ import annotations

from designer.core.graph.binding import Feature, one_to_one
from designer.core.schema.shape import sequence
from designer.data.sources import Source

SOURCE = Source(
    info=one_to_one(
        "airline_passengers",
        "Airline passengers",
        Feature("months", sequence(12, 1)),
        "next_month",
        spans="span",
        stride=1,
    ),
    description="Twelve months of passengers (in 100,000), to predict the thirteenth",
    licence="Box and Jenkins (1976); as in aeon",
    samples=120,
    test_samples=24,
    files=("airline_passengers.csv",),
)
