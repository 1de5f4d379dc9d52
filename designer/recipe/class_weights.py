"""How much each class counts in the loss of an Output."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def balanced_weights(labels: np.ndarray, classes: int, lengths: np.ndarray | None = None) -> Tensor:
    """n / (k × samples of the class), float32 [classes], with k the classes that there are, as scikit-learn has it.

    Labels are int64 [N], or [N, L] for each step, of which those behind the end of a sequence do not count. A class
    that nothing is learned of has the weight 1.
    """
    counted = labels if lengths is None else labels[np.arange(labels.shape[1]) < lengths[:, None]]
    counts = np.bincount(counted.ravel(), minlength=classes)
    there = counts > 0
    weights = np.ones(classes, dtype=np.float32)
    weights[there] = counts.sum() / (there.sum() * counts[there])
    return torch.from_numpy(weights)


def weight_of(wanted: Tensor, weights: Tensor) -> Tensor:
    """What torch's mean divides by: the weights [C] of all classes that are compared, int64 [N], added up."""
    return weights[wanted].sum()
