"""Reads the airline passengers."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from designer.data.readers._shared import spans_of


def read_airline_passengers(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Twelve months [N, 12, 1] and the month that follows [N, 1], with the months that each sample spans [N, 2].

    The test samples tell the last 24 months; training ends before the first month that they are given.
    """
    with (folder / "airline_passengers.csv").open(encoding="utf-8", newline="") as file:
        passengers = np.array([float(row["Passengers"]) for row in csv.DictReader(file)], dtype=np.float32)
    # In hundreds of thousands a month, so that inputs, targets and errors are numbers around 1 to 6.
    windows = np.lib.stride_tricks.sliding_window_view(passengers / np.float32(100), 13)
    columns = {"months": windows[:, :12, None].copy(), "next_month": windows[:, 12:].copy()}
    columns["span"] = spans_of(len(windows), 13)
    seen = columns["span"][:, 1] <= columns["span"][-24, 0]
    train = {name: values[seen] for name, values in columns.items()}
    test = {name: values[-24:] for name, values in columns.items()}
    return train, test
