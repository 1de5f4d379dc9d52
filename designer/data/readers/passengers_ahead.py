"""Reads the airline passengers for forecasts of a year."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np


def read_passengers_ahead(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Two years of months [N, 24, 1], and the twelve months that follow [N, 12, 1].

    `next_months` holds for each of the 24 the one after it. `before` is what a decoder is given: for each of the twelve
    the one before it. The test samples forecast the last two years, of which training sees nothing.
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
    first_unseen = len(passengers) - 24
    train = {name: values[: first_unseen - 35] for name, values in columns.items()}
    test = {name: values[first_unseen - 24 :] for name, values in columns.items()}
    return train, test
