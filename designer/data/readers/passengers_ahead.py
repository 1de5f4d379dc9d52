"""Reads the airline passengers for forecasts of a year."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from designer.data.readers._shared import spans_of


def read_passengers_ahead(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Two years of months [N, 24, 1], and the twelve months that follow [N, 12, 1].

    `next_months` holds for each of the 24 the one after it. `before` is what a decoder is given: for each of the twelve
    the one before it. `span` is which months a sample spans [N, 2]. The test samples forecast the last two years;
    training ends before the first month that they are given.
    """
    with (folder / "airline_passengers.csv").open(encoding="utf-8", newline="") as file:
        passengers = np.array([float(row["Passengers"]) for row in csv.DictReader(file)], dtype=np.float32)
    # In hundreds of thousands a month, so that inputs, targets and errors are numbers around 1 to 6.
    windows = np.lib.stride_tricks.sliding_window_view(passengers / np.float32(100), 36)[..., None]
    columns = {
        "months": windows[:, :24].copy(),
        "before": windows[:, 23:35].copy(),
        "next_months": windows[:, 1:25].copy(),
        "following": windows[:, 24:].copy(),
    }
    columns["span"] = spans_of(len(windows), 36)
    first_test = len(passengers) - 24 - 24
    seen = columns["span"][:, 1] <= first_test
    train = {name: values[seen] for name, values in columns.items()}
    test = {name: values[first_test:] for name, values in columns.items()}
    return train, test
