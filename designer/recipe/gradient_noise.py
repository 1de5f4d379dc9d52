"""Noise on gradients, less and less of it."""

import torch
from torch import nn


def add_noise(model: nn.Module, step: int, gradient_noise: float, seed: int) -> None:
    """g ← g + N(0, η / (1 + t)^0.55) at step t, counted from 0 (Neelakantan and others, 2015).

    The random numbers are made from the seed and the step alone: a run can go on anywhere.
    """
    weights = [weight for weight in model.parameters() if weight.grad is not None]
    deviation = (gradient_noise / (1 + step) ** 0.55) ** 0.5
    chance = torch.Generator(weights[0].device).manual_seed((seed * 1_000_003 + step * 7_919 + 1) % 2**32)
    for weight in weights:
        weight.grad += deviation * torch.randn(weight.shape, generator=chance, device=weight.device)
