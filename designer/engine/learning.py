"""The two choices of a run that torch makes real: the optimizer and the loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - as everyone writes it

from designer.core.settings import TrainingSettings

Loss = Callable[[Tensor, Tensor], Tensor]
LOSSES: dict[str, Loss] = {"cross_entropy": F.cross_entropy, "mse": F.mse_loss, "mae": F.l1_loss}


def make_optimizer(
    parameters: Iterable[nn.Parameter], settings: TrainingSettings, device: torch.device
) -> torch.optim.Optimizer:
    """The optimizer of the settings; fused where torch has it, which is the same rule in one pass over memory."""
    rate, momentum = settings.learning_rate, settings.momentum
    fused = device.type in ("cpu", "cuda")
    if settings.optimizer == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=momentum, fused=fused)
    if settings.optimizer == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=rate, momentum=momentum)
    rule = torch.optim.AdamW if settings.optimizer == "adamw" else torch.optim.Adam
    return rule(parameters, lr=rate, fused=fused)
