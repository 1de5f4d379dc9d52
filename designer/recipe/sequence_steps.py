"""The steps of sequences as losses compare them: what stands behind the end of a sequence does not count."""

import torch
from torch import Tensor


def real_steps(values: Tensor, lengths: Tensor) -> Tensor:
    """The steps of all sequences one behind the other: from [N, L, ...] to [sum of lengths, ...]."""
    steps = torch.arange(values.shape[1], device=values.device)
    return values[steps < lengths.to(values.device)[:, None]]


def every_step(values: Tensor) -> Tensor:
    """The steps of sequences that are all of one length: from [N, L, ...] to [N × L, ...]."""
    return values.flatten(0, 1)
