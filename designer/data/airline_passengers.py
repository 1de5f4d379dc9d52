"""Airline passengers: a year of months, and the month after it to predict."""

from __future__ import annotations

import csv

import numpy as np

from designer.core.check import DataInfo
from designer.core.resources import resource
from designer.core.shape import sequence
from designer.data.samples import Dataset, Samples
from designer.data.sources import Source

WINDOW = 12
TEST = 24
"""Months in a sample, and samples kept for the test: the last two years."""


def _read(info: DataInfo) -> Dataset:
    with resource("data", "airline_passengers.csv").open(encoding="utf-8", newline="") as file:
        passengers = np.array([float(row["Passengers"]) for row in csv.DictReader(file)], dtype=np.float32)
    # In hundreds of thousands a month, so that inputs, targets and errors are numbers around 1 to 6.
    series = passengers / np.float32(100)
    windows = np.lib.stride_tricks.sliding_window_view(series, WINDOW + 1)
    x, y = windows[:, :WINDOW, None].copy(), windows[:, WINDOW:].copy()
    return Dataset(info, Samples(x[:-TEST], y[:-TEST]), Samples(x[-TEST:], y[-TEST:]))


SOURCE = Source(
    info=DataInfo("airline_passengers", "Airline passengers", sequence(WINDOW, 1), None),
    description="Twelve months of passengers (in 100,000), to predict the thirteenth",
    licence="Box and Jenkins (1976); as in aeon",
    samples=132,
    test_samples=TEST,
    read=_read,
)
