"""The optimizers, by the names that the settings have for them; fused where torch has that: one pass over memory."""

from collections.abc import Iterable

import torch
from torch import nn


def adam(
    parameters: Iterable[nn.Parameter], learning_rate: float, device: str, weight_decay: float = 0.0
) -> torch.optim.Optimizer:
    """Adam (Kingma and Ba, 2015)."""
    return torch.optim.Adam(parameters, lr=learning_rate, weight_decay=weight_decay, fused=device != "mps")


def adamw(
    parameters: Iterable[nn.Parameter], learning_rate: float, device: str, weight_decay: float
) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter, 2019), whose decay torch sets by itself unless it is told."""
    return torch.optim.AdamW(parameters, lr=learning_rate, weight_decay=weight_decay, fused=device != "mps")


def sgd(
    parameters: Iterable[nn.Parameter], learning_rate: float, momentum: float, device: str, weight_decay: float = 0.0
) -> torch.optim.Optimizer:
    """Stochastic gradient descent with momentum."""
    return torch.optim.SGD(
        parameters, lr=learning_rate, momentum=momentum, weight_decay=weight_decay, fused=device != "mps"
    )


def rmsprop(
    parameters: Iterable[nn.Parameter], learning_rate: float, momentum: float, weight_decay: float = 0.0
) -> torch.optim.Optimizer:
    """RMSprop (Hinton, 2012), which torch has not fused."""
    return torch.optim.RMSprop(parameters, lr=learning_rate, momentum=momentum, weight_decay=weight_decay)
