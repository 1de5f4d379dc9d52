"""Samples mixed two by two while the network learns: mixup, of Zhang et al. (2018)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def mixing_of(count: int, alpha: float, chance: torch.Generator) -> tuple[float, Tensor]:
    """How much of each sample of a batch stays, and which other one is mixed in: its number, int64 [N].

    The share is drawn from Beta(α, α), one for the batch, and is the larger of λ and 1 − λ: every sample is mixed with
    another one exactly once as first and once as second, so that the pairs are the same, and more than half of each is
    what its own place in the batch says.
    """
    seed = int(torch.randint(2**62, (1,), generator=chance))
    share = float(np.random.default_rng(seed).beta(alpha, alpha))
    return max(share, 1 - share), torch.randperm(count, generator=chance)


def mixed(values: Tensor, share: float, partners: Tensor) -> Tensor:
    """Numbers [N, ...]: share × those of each sample + (1 − share) × those of its partner."""
    return share * values + (1 - share) * values[partners]


def mixed_loss(own: Tensor, others: Tensor, share: float) -> Tensor:
    """What mixed samples cost: share × the loss by their own classes + (1 − share) × that by their partners'."""
    return share * own + (1 - share) * others


def longer(lengths: Tensor, partners: Tensor) -> Tensor:
    """The lengths [N] of mixed sequences: a shorter one is silent behind its end."""
    return torch.maximum(lengths, lengths[partners])
