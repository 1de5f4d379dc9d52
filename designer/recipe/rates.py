"""The learning rates of an optimizer: of all that it learns, or of blocks by themselves."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Its next step is of this rate; all that it has learned stays."""
    for group in optimizer.param_groups:
        group["lr"] = rate


def set_rates(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """The next step of each group of parameters is of this rate, times the factor of the group."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group["rate_factor"]


def rate_groups(model: nn.Module, learning_rate: float, rate_factors: Mapping[str, float]) -> list[dict[str, Any]]:
    """The parameters by what their rate is multiplied by: the factors of all modules that they are in, by their names.

    What is frozen is left out.
    """
    groups: dict[float, list[nn.Parameter]] = {}
    for name, weight in model.named_parameters():
        if weight.requires_grad:
            factors = [factor for module, factor in rate_factors.items() if name.startswith(f"{module}.")]
            groups.setdefault(math.prod(factors), []).append(weight)
    return [
        {"params": weights, "lr": learning_rate * factor, "rate_factor": factor} for factor, weights in groups.items()
    ]
