"""Another learning rate for an optimizer that is under way."""

import torch


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Its next step is of this rate; all that it has learned stays."""
    for group in optimizer.param_groups:
        group["lr"] = rate
