"""Numbers of fewer digits where they are enough (Micikevicius and others, 2018). Weights and losses stay float32."""

import torch
from torch import Tensor, nn


def in_precision(
    model: nn.Module, values: tuple[Tensor, ...], device: str, precision: str
) -> Tensor | tuple[Tensor, ...]:
    """What a model gives for a batch, float32; while it learns, torch.autocast has products in fewer digits.

    One that is evaluated computes in float32: its figures are those of the weights wherever they are used.
    """
    with torch.autocast(device, dtype=getattr(torch, precision), enabled=model.training):
        given = model(*values)
    return tuple(item.float() for item in given) if isinstance(given, tuple) else given.float()


def scaler_of(device: str) -> torch.amp.GradScaler:
    """Makes losses larger, as float16 has no room for small gradients, and passes over steps with infinite ones."""
    return torch.amp.GradScaler(device)
