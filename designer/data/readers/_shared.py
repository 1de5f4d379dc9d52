"""What several readers need."""

from __future__ import annotations

import numpy as np


def pad(flat: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """From sequences one behind the other, [sum of lengths, ...], to [N, longest, ...] with zeros behind each."""
    if lengths.sum() != len(flat):
        raise ValueError(f"the lengths add up to {lengths.sum()} steps, but there are {len(flat)}")
    padded = np.zeros((len(lengths), lengths.max(), *flat.shape[1:]), dtype=flat.dtype)
    padded[np.arange(lengths.max()) < lengths[:, None]] = flat
    return padded
