"""The optimizers, by the names that the settings have for them; fused where torch has that: one pass over memory."""

from collections.abc import Iterable

import torch
from torch import nn

from designer.recipe.muon import MuonWithAdamW


def adam(
    parameters: Iterable[nn.Parameter],
    learning_rate: float,
    device: str,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> torch.optim.Optimizer:
    """Adam (Kingma and Ba, 2015)."""
    return torch.optim.Adam(
        parameters,
        lr=learning_rate,
        betas=(beta1, beta2),
        eps=eps,
        weight_decay=weight_decay,
        fused=device != "mps",
    )


def adamw(
    parameters: Iterable[nn.Parameter],
    learning_rate: float,
    device: str,
    weight_decay: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> torch.optim.Optimizer:
    """AdamW (Loshchilov and Hutter, 2019), whose decay torch sets by itself unless it is told."""
    return torch.optim.AdamW(
        parameters,
        lr=learning_rate,
        betas=(beta1, beta2),
        eps=eps,
        weight_decay=weight_decay,
        fused=device != "mps",
    )


def nadam(
    parameters: Iterable[nn.Parameter],
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> torch.optim.Optimizer:
    """Adam with Nesterov's momentum (Dozat, 2016), which torch has not fused."""
    return torch.optim.NAdam(parameters, lr=learning_rate, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay)


def radam(
    parameters: Iterable[nn.Parameter],
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> torch.optim.Optimizer:
    """Adam whose first steps are rectified (Liu and others, 2020), which torch has not fused."""
    return torch.optim.RAdam(parameters, lr=learning_rate, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay)


def sgd(
    parameters: Iterable[nn.Parameter],
    learning_rate: float,
    momentum: float,
    device: str,
    nesterov: bool = False,
    weight_decay: float = 0.0,
) -> torch.optim.Optimizer:
    """Stochastic gradient descent with momentum, and Nesterov's (Sutskever and others, 2013) where there is some."""
    return torch.optim.SGD(
        parameters,
        lr=learning_rate,
        momentum=momentum,
        nesterov=nesterov and momentum > 0,
        weight_decay=weight_decay,
        fused=device != "mps",
    )


def rmsprop(
    parameters: Iterable[nn.Parameter],
    learning_rate: float,
    momentum: float,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
) -> torch.optim.Optimizer:
    """RMSprop (Hinton, 2012), which torch has not fused."""
    return torch.optim.RMSprop(parameters, lr=learning_rate, momentum=momentum, eps=eps, weight_decay=weight_decay)


def adagrad(
    parameters: Iterable[nn.Parameter], learning_rate: float, eps: float, weight_decay: float = 0.0
) -> torch.optim.Optimizer:
    """Adagrad (Duchi and others, 2011), whose eps torch has smaller by itself than that of all others."""
    return torch.optim.Adagrad(parameters, lr=learning_rate, eps=eps, weight_decay=weight_decay)


def adafactor(
    parameters: Iterable[nn.Parameter], learning_rate: float, weight_decay: float = 0.0
) -> torch.optim.Optimizer:
    """Adafactor (Shazeer and Stern, 2018): a number for each row and column of a matrix in place of each weight."""
    return torch.optim.Adafactor(parameters, lr=learning_rate, weight_decay=weight_decay)


def muon(
    parameters: Iterable[nn.Parameter],
    model: nn.Module,
    learning_rate: float,
    momentum: float,
    weight_decay: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> torch.optim.Optimizer:
    """Muon (Jordan, 2024) for matrices, and AdamW for all other weights."""
    return MuonWithAdamW(
        parameters,
        model,
        lr=learning_rate,
        momentum=momentum,
        weight_decay=weight_decay,
        betas=(beta1, beta2),
        eps=eps,
    )
