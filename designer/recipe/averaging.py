"""A running mean of the weights, which is evaluated in their place (Polyak and Juditsky, 1992)."""

import copy

import torch
from torch import nn


def mean_of(model: nn.Module) -> nn.Module:
    """A copy of the model for the mean to begin with."""
    return copy.deepcopy(model).requires_grad_(False)


def follow(mean: nn.Module, model: nn.Module, step: int, ema_decay: float) -> None:
    """mean ← decay × mean + (1 − decay) × weight behind each step, counted from 0; the same of batch norm's figures.

    The first steps forget faster, by (1 + step) / (10 + step), as else the mean would stay at the first weights.
    """
    decay = min(ema_decay, (1 + step) / (10 + step))
    with torch.no_grad():
        kept, values = [*mean.parameters(), *mean.buffers()], [*model.parameters(), *model.buffers()]
        for before, value in zip(kept, values, strict=True):
            if before.is_floating_point():
                before.lerp_(value, 1 - decay)
            else:
                before.copy_(value)
