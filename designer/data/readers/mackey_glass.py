"""Makes a chaotic series."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from designer.data.readers._shared import spans_of


def read_mackey_glass(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Windows of the Mackey-Glass series [N, 128, 1], for each step the value after it, and their spans [N, 2].

    Nothing is read: dx/dt = 0.2 x(t − 17) / (1 + x(t − 17)^10) − 0.1 x(t) (Mackey, Glass 1977) is followed in steps of
    0.1 from x = 1.2, and every tenth value is kept. Mean and spread of such a series, in the long run, become 0 and 1.
    """
    steps, delay, warm_up = 10, 170, 300
    values = [1.2] * (delay + 1)
    for _ in range((warm_up + 5000) * steps):
        late = values[-delay - 1]
        values.append(values[-1] + 0.1 * (0.2 * late / (1 + late**10) - 0.1 * values[-1]))
    series = np.array(values[::steps], dtype=np.float32)[-5000:]
    series = (series - np.float32(0.9295)) / np.float32(0.2258)
    parts = []
    for first, behind in ((0, 4000), (4000, 5000)):
        windows = np.lib.stride_tricks.sliding_window_view(series[first:behind], 129)[::8, :, None]
        spans = spans_of(len(windows), 129, step=8, first=first)
        parts.append({"series": windows[:, :-1].copy(), "next": windows[:, 1:].copy(), "span": spans})
    return parts[0], parts[1]
