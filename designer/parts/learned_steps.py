"""Learned vectors that stand for no step of what comes in."""

import torch
from torch import Tensor, nn


class LearnedSteps(nn.Module):
    """Gives the same `n` learned vectors for each sample; what comes in only says how many samples there are."""

    def __init__(self, n: int, features: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(n, features))
        nn.init.xavier_uniform_(self.weight)

    def forward(self, x: Tensor) -> Tensor:
        """The vectors [N, n, features], for x [N, L, features]."""
        return self.weight.expand(len(x), -1, -1)
