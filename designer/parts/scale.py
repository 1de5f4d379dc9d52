"""Learned factors."""

import torch
from torch import Tensor, nn


class LayerScale(nn.Module):
    """Multiplies each feature, along the last axis, by a learned number that begins as `initial`."""

    def __init__(self, features: int, initial: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.full((features,), initial))

    def forward(self, x: Tensor) -> Tensor:
        """The scaled values [..., features]."""
        return x * self.weight


class Standardize(nn.Module):
    """(x - mean) / std of each feature, along the last axis; fixed numbers, one for all or one for each."""

    mean: Tensor
    std: Tensor

    def __init__(self, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean), persistent=False)
        self.register_buffer("std", torch.tensor(std), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """The standardised values [..., features]."""
        return (x - self.mean) / self.std
