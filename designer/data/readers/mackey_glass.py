"""Makes a chaotic series."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def read_mackey_glass(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Windows of the Mackey-Glass series [N, 128, 1], and for each step the value after it [N, 128, 1].

    Nothing is read: dx/dt = 0.2 x(t − 17) / (1 + x(t − 17)^10) − 0.1 x(t) (Mackey, Glass 1977) is followed in steps of
    0.1 from x = 1.2, and every tenth value is kept. Mean and spread of the training part become 0 and 1.
    """
    steps, delay, warm_up = 10, 170, 300
    values = [1.2] * (delay + 1)
    for _ in range((warm_up + 5000) * steps):
        late = values[-delay - 1]
        values.append(values[-1] + 0.1 * (0.2 * late / (1 + late**10) - 0.1 * values[-1]))
    series = np.array(values[::steps], dtype=np.float32)[-5000:]
    series = (series - series[:4000].mean()) / series[:4000].std()
    parts = []
    for part in (series[:4000], series[4000:]):
        windows = np.lib.stride_tricks.sliding_window_view(part, 129)[::8, :, None]
        parts.append({"series": windows[:, :-1].copy(), "next": windows[:, 1:].copy()})
    return parts[0], parts[1]
