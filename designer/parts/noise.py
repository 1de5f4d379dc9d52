"""Random numbers that are added while training."""

import torch
from torch import Tensor, nn


class GaussianNoise(nn.Module):
    """Adds normally distributed numbers of a standard deviation while training."""

    def __init__(self, std: float) -> None:
        super().__init__()
        self.std = std

    def forward(self, x: Tensor) -> Tensor:
        """The noisy x in training, x otherwise."""
        return x + self.std * torch.randn_like(x) if self.training else x
